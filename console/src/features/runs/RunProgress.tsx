import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import type { Kind, RunState } from "~/api/types";
import { formatNumber } from "~/shared/format";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { RunMark } from "~/shared/Mark";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { useCancelRun } from "./queries";

/** Seven bars that fill as the run goes. Leaving the page does not stop it. */
export function RunProgress({ tenant, run }: { tenant: string; run: RunState }) {
  const cancel = useCancelRun(tenant, run.runId);
  const steps = run.progress?.steps ?? run.steps.map((step) => ({ step, done: 0, total: 0 }));
  return (
    <Stack gap="md" className="surface" p="lg" aria-live="polite">
      <Group justify="space-between">
        <Group gap="xs">
          <RunMark status={run.status} />
          <Text size="sm">
            {run.source} → <b>{run.target}</b>, started <Time at={run.startedAt} inherit /> by{" "}
            {run.startedBy.email}
          </Text>
        </Group>
        <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel the run
        </Button>
      </Group>
      {cancel.error && <ProblemPanel error={cancel.error} />}
      {steps.map(({ step, done, total }) => {
        const current = run.progress?.step === step;
        const share = total === 0 ? (done > 0 || isPast(run, step) ? 100 : 0) : (done / total) * 100;
        return (
          <Group key={step} gap="sm" wrap="nowrap">
            <Group gap={8} wrap="nowrap" w={150}>
              <KindIcon kind={step} />
              <Text size="sm" fw={current ? 650 : 400}>
                {KIND_INFO[step].label}
              </Text>
            </Group>
            <Progress value={share} animated={current} style={{ flex: 1 }} aria-label={KIND_INFO[step].label} />
            <Text size="sm" c="dimmed" className="tabular" w={92} ta="right">
              {formatNumber(done)} / {formatNumber(total)}
            </Text>
          </Group>
        );
      })}
      <Text size="sm" c="dimmed">
        You can leave this page. Until the end nothing is visible in {run.target}; a cancelled run changes
        nothing.
      </Text>
    </Stack>
  );
}

function isPast(run: RunState, step: Kind): boolean {
  const at = run.progress?.step;
  return at !== null && at !== undefined && run.steps.indexOf(step) < run.steps.indexOf(at);
}
