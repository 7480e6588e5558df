import { Alert, Button, Code, CopyButton, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { adviceFor, asProblem } from "~/api/problem";

/** What went wrong, what to do about it, and the request id for whoever has to look further. */
export function ProblemPanel({
  error,
  onRetry,
  children,
}: {
  error: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  const problem = asProblem(error);
  const advice = adviceFor(problem);
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle />}
      title={advice.title}
      role="alert"
      styles={{ root: { background: "var(--wash-blocked)" }, title: { color: "var(--tone-blocked)" } }}
    >
      <Stack gap="xs">
        <Text size="sm" className="breakable">
          {problem.detail}
        </Text>
        {problem.errors.length > 0 && (
          <List size="sm">
            {problem.errors.map((field) => (
              <List.Item key={field.pointer + field.detail}>
                <Code>{field.pointer || "/"}</Code> {field.detail}
              </List.Item>
            ))}
          </List>
        )}
        <Text size="sm" c="dimmed">
          {advice.todo}
        </Text>
        {children}
        <Group gap="xs">
          {onRetry && (
            <Button size="xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
          {problem.requestId && (
            <CopyButton value={problem.requestId}>
              {({ copied, copy }) => (
                <Button size="xs" variant="subtle" color="gray" c="dimmed" onClick={copy}>
                  {copied ? "Copied" : `Request ${problem.requestId}`}
                </Button>
              )}
            </CopyButton>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
