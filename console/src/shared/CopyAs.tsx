import { Button, Code, Menu, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconTerminal2 } from "@tabler/icons-react";

export interface Commands {
  cli?: string;
  /** A request as curl would make it: the token comes from the environment, never from the page. */
  curl?: { method?: string; path: string; body?: unknown };
}

function curlOf({ method = "GET", path, body }: NonNullable<Commands["curl"]>): string {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}"${window.location.origin}${path}"`];
  lines.push(`-H "Authorization: Bearer $TOKEN"`);
  if (body !== undefined) {
    lines.push(
      `-H "Content-Type: application/json"`,
      `--data '${JSON.stringify(body).replaceAll("'", `'\\''`)}'`,
    );
  }
  return lines.join(" \\\n  ");
}

/** Everything the console shows can be had from a terminal; this says how. */
export function CopyAs({ cli, curl }: Commands) {
  const clipboard = useClipboard({ timeout: 1500 });
  const entries = [
    ...(cli ? [{ name: "Copy as CLI", text: cli }] : []),
    ...(curl ? [{ name: "Copy as curl", text: curlOf(curl) }] : []),
  ];
  return (
    <Menu position="bottom-end" width={380}>
      <Menu.Target>
        <Button
          variant="default"
          visibleFrom="sm"
          leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconTerminal2 size={16} />}
        >
          {clipboard.copied ? "Copied" : "CLI"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {entries.map((entry) => (
          <Menu.Item key={entry.name} onClick={() => clipboard.copy(entry.text)}>
            <Stack gap={4}>
              <Text size="sm" fw={550}>
                {entry.name}
              </Text>
              <Code block fz="xs" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
                {entry.text}
              </Code>
            </Stack>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
