import { Alert, Button, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { RunState } from "~/api/types";
import { Moments } from "~/features/plans/Moments";
import { StoppedPanel } from "~/features/plans/StoppedPanel";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { isOver, isReport, problemOfRun } from "./queries";
import { ReportView } from "./ReportView";
import { RunHeadline } from "./RunHeadline";
import { RunProgress } from "./RunProgress";
import { useRun } from "./useRun";

/** A run in whatever state it is: its bars, its report, or what stopped it. */
export function RunPanel({
  tenant,
  id,
  moments = false,
  onRollback,
}: {
  tenant: string;
  id: string;
  moments?: boolean;
  onRollback?: (id: string) => void;
}) {
  const { data: run, error, refetch } = useRun(tenant, id);
  if (!run) return error ? <ProblemPanel error={error} onRetry={() => void refetch()} /> : <Waiting />;
  if (isReport(run)) {
    return (
      <Stack gap="md">
        {moments && <Moments current="Report" />}
        <ReportView report={run} {...(onRollback ? { onRollback } : {})} />
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      {moments && <Moments current="Run" />}
      {isOver(run) ? <Stopped tenant={tenant} run={run} /> : <RunProgress tenant={tenant} run={run} />}
      {error && !isOver(run) && <ProblemPanel error={error} />}
    </Stack>
  );
}

function Stopped({ tenant, run }: { tenant: string; run: RunState }) {
  const navigate = useNavigate();
  const { source, target, releaseId } = run;
  const planAgain = () =>
    void (releaseId
      ? navigate({ to: "/t/$tenant/releases/$id", params: { tenant: source, id: releaseId } })
      : navigate({ to: "/t/$tenant/settings/sync", params: { tenant: source }, search: { target } }));
  const again = run.kind === "sync" ? planAgain : null;
  const untouched = <Text size="sm">Nothing was applied: {target} is as it was.</Text>;
  return (
    <>
      <RunHeadline run={run} />
      {run.status === "failed" ? (
        <StoppedPanel
          error={problemOfRun(run)}
          tenant={tenant}
          target={target}
          {...(again ? { onReplan: again } : {})}
        >
          {untouched}
        </StoppedPanel>
      ) : (
        <Alert color="gray" variant="outline" title="Cancelled">
          <Stack gap="xs">
            {untouched}
            {again && (
              <Button size="xs" w="fit-content" variant="default" onClick={again}>
                Plan again
              </Button>
            )}
          </Stack>
        </Alert>
      )}
    </>
  );
}
