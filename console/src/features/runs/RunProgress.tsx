import { Alert, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Kind, RunState } from "~/api/types";
import { formatNumber } from "~/shared/format";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { runsQuery, useCancelRun } from "./queries";
import { RunHeadline } from "./RunHeadline";

/** Seven bars that fill as the run goes. Leaving the page does not stop it. */
export function RunProgress({ tenant, run }: { tenant: string; run: RunState }) {
  const cancel = useCancelRun(tenant, run.runId);
  const steps = run.progress?.steps ?? run.steps.map((step) => ({ step, done: 0, total: 0 }));
  return (
    <Stack gap="md" className="surface" p="lg" aria-live="polite">
      <Group justify="space-between">
        <RunHeadline run={run} />
        <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel the run
        </Button>
      </Group>
      {cancel.error && <ProblemPanel error={cancel.error} />}
      {(run.progress?.done ?? 0) === 0 && <Turn tenant={tenant} run={run} />}
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

/** Before anything is done: who has the target, when that takes longer than a person would think nothing of. */
function Turn({ tenant, run }: { tenant: string; run: RunState }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 1_000);
    return () => clearTimeout(timer);
  }, []);
  const others = useInfiniteQuery({
    ...runsQuery(tenant, { target: run.target, status: "running" }),
    enabled: long,
    refetchInterval: 2_000,
  });
  if (!long) return null;
  const other = others.data?.pages[0]?.items.find(({ runId }) => runId < run.runId);
  return (
    <Alert color="gray" variant="outline" p="sm" title={`Waiting for its turn in ${run.target}`}>
      {other ? (
        <>
          <AnchorLink size="sm" to="/t/$tenant/runs/$id" params={{ tenant, id: other.runId }}>
            A run of {other.startedBy.email}
          </AnchorLink>{" "}
          writes there, since <Time at={other.startedAt} inherit />. One goes after the other.
        </>
      ) : (
        "Something else is being written there. This run goes on when that has ended."
      )}
    </Alert>
  );
}

function isPast(run: RunState, step: Kind): boolean {
  const at = run.progress?.step;
  return at !== null && at !== undefined && run.steps.indexOf(step) < run.steps.indexOf(at);
}
