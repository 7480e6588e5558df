import { Box, Button, Group, Skeleton, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconSearch, type Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { CopyAs, type Commands } from "./CopyAs";

/** The frame of each page: one heading, what it is about, what can be done. */
export function Page({
  title,
  about,
  before,
  actions,
  commands,
  children,
}: {
  title: string;
  about?: ReactNode;
  before?: ReactNode;
  actions?: ReactNode;
  commands?: Commands;
  children: ReactNode;
}) {
  useDocumentTitle(`${title} · Syncline`);
  return (
    <div className="page">
      {before}
      <Group justify="space-between" align="flex-start" gap="sm" mb="md">
        <Box style={{ minWidth: 0, flex: "1 1 320px" }}>
          <Title order={1} className="breakable">
            {title}
          </Title>
          {about && (
            <Text c="dimmed" component="div" mt={2}>
              {about}
            </Text>
          )}
        </Box>
        <Group gap="xs">
          {commands && <CopyAs {...commands} />}
          {actions}
        </Group>
      </Group>
      {children}
    </div>
  );
}

export function Section({
  title,
  about,
  actions,
  children,
}: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" align="flex-end" mb="xs" mt="lg">
        <div>
          <Title order={2}>{title}</Title>
          {about && (
            <Text size="sm" c="dimmed">
              {about}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {children}
    </section>
  );
}

/** Nothing here yet: says what belongs here and how it gets here. */
export function Empty({
  icon: Glyph,
  title,
  children,
  action,
}: {
  icon: Icon;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py={44} px="md" className="surface" ta="center">
      <ThemeIcon size={44} radius="xl" variant="light" color="petrol">
        <Glyph size={22} stroke={1.6} />
      </ThemeIcon>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={520} component="div">
        {children}
      </Text>
      {action && (
        <Group mt="xs" justify="center">
          {action}
        </Group>
      )}
    </Stack>
  );
}

export function NothingMatches({ onClear, children }: { onClear: () => void; children: ReactNode }) {
  return (
    <Empty
      icon={IconSearch}
      title="Nothing matches"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filters
        </Button>
      }
    >
      {children}
    </Empty>
  );
}

export function Waiting({ rows = 6, height = 40 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="xs" aria-busy aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </Stack>
  );
}
