import { Alert, Button, Stack, Text } from "@mantine/core";
import { Moments } from "~/features/plans/Moments";
import { StoppedPanel } from "~/features/plans/StoppedPanel";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { isOver, isReport, problemOfRun } from "./queries";
import { ReportView } from "./ReportView";
import { RunProgress } from "./RunProgress";
import { useRun } from "./useRun";

/** A run in whatever state it is: its bars, its report, or what stopped it. */
export function RunPanel({
  tenant,
  id,
  moments = false,
  onRollback,
  onPlanAgain,
}: {
  tenant: string;
  id: string;
  moments?: boolean;
  onRollback?: (id: string) => void;
  onPlanAgain?: () => void;
}) {
  const run = useRun(tenant, id);
  if (run.error && !run.data) return <ProblemPanel error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return <Waiting />;
  if (isReport(run.data)) {
    return (
      <Stack gap="md">
        {moments && <Moments current="Report" />}
        <ReportView report={run.data} {...(onRollback ? { onRollback } : {})} />
      </Stack>
    );
  }
  const over = isOver(run.data);
  const again = onPlanAgain && (
    <Button size="xs" w="fit-content" variant="default" onClick={onPlanAgain}>
      Plan again
    </Button>
  );
  return (
    <Stack gap="md">
      {moments && <Moments current={run.data.status === "succeeded" ? "Report" : "Run"} />}
      {!over && <RunProgress tenant={tenant} run={run.data} />}
      {run.data.status === "failed" && (
        <StoppedPanel
          error={problemOfRun(run.data)}
          tenant={tenant}
          target={run.data.target}
          {...(onPlanAgain ? { onReplan: onPlanAgain } : {})}
        >
          <Text size="sm">Nothing was applied: {run.data.target} is as it was.</Text>
        </StoppedPanel>
      )}
      {run.data.status === "cancelled" && (
        <Alert color="gray" variant="outline" title="Cancelled">
          <Stack gap="xs">
            <Text size="sm">Nothing was applied: {run.data.target} is as it was.</Text>
            {again}
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
