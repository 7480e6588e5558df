import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";

/** A secret that is shown this one time. */
export function SecretOnce({ title, secret, onDone }: { title: string; secret: string; onDone: () => void }) {
  return (
    <Alert icon={<IconKey />} color="petrol" variant="light" title={title}>
      <Stack gap="xs">
        <Text size="sm">Copy it now: it is not shown again.</Text>
        <Code block className="breakable" style={{ whiteSpace: "pre-wrap" }}>
          {secret}
        </Code>
        <Group gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="xs" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button size="xs" variant="default" onClick={onDone}>
            I have it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
