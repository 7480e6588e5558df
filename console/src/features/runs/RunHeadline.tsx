import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Run } from "~/api/types";
import { formatDuration } from "~/shared/format";
import { RunMark } from "~/shared/Mark";
import { Time } from "~/shared/Time";

type Shown = Pick<Run, "status" | "source" | "target" | "startedAt" | "startedBy" | "durationMs">;

/** How a run stands, what it goes from and to, since when and by whom. */
export function RunHeadline({ run, children }: { run: Shown; children?: ReactNode }) {
  return (
    <Group gap="xs">
      <RunMark status={run.status} />
      <Text size="sm" component="div">
        {run.source} → <b>{run.target}</b>, started <Time at={run.startedAt} inherit /> by {run.startedBy.email}
        {run.durationMs !== null && `, took ${formatDuration(run.durationMs)}`}
      </Text>
      {children}
    </Group>
  );
}
