import { Button, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";

const COMMAND = `printf %s "$PASSWORD" | syncline bootstrap --data DIR \\
  --tenant acme-dev --email you@acme.test --password-stdin`;

/** A server that nobody has used yet. Its owner is made where it runs: whoever finds it on the network is not one. */
export function FirstPerson() {
  return (
    <Stack gap="md">
      <div>
        <Title order={2}>Nobody is here yet</Title>
        <Text size="sm" c="dimmed">
          The first tenant and its owner are made on the machine of the server, with the settings it runs with.
        </Text>
      </div>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {COMMAND}
      </Code>
      <Group justify="space-between">
        <CopyButton value={COMMAND}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Text size="sm" c="dimmed" role="status">
          Waiting; this page goes on by itself.
        </Text>
      </Group>
    </Stack>
  );
}
