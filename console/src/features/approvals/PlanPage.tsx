import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTenantId } from "~/app/tenant";
import { ApprovalPanel } from "~/features/plans/ApprovalPanel";
import { PlanView } from "~/features/plans/PlanView";
import { checksOf, Preflight } from "~/features/plans/Preflight";
import { planQuery } from "~/features/plans/queries";
import { ButtonLink } from "~/shared/links";
import { Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";

/** A stored plan, as approvers and those who get a link see it. */
export function PlanPage() {
  const tenant = useTenantId();
  const { id } = useParams({ from: "/t/$tenant/plans/$id" });
  const plan = useQuery({ ...planQuery(tenant, id), refetchInterval: 10_000 });
  if (!plan.data) {
    return (
      <Page title="Plan">
        {plan.error ? <ProblemPanel error={plan.error} onRetry={() => void plan.refetch()} /> : <Waiting />}
      </Page>
    );
  }
  const { source, target, createdBy, createdAt, kind, runId, status } = plan.data;
  return (
    <Page
      title={kind === "rollback" ? `Undo in ${target}` : `From ${source} to ${target}`}
      about={
        <>
          Planned by {createdBy.email} <Time at={createdAt} inherit />; it is {status}.
        </>
      }
      actions={
        <>
          {runId && (
            <ButtonLink variant="default" to="/t/$tenant/runs/$id" params={{ tenant, id: runId }}>
              Open its run
            </ButtonLink>
          )}
          {status === "open" && kind !== "rollback" && (
            <ButtonLink
              variant="default"
              to="/t/$tenant/settings/sync"
              params={{ tenant: source }}
              search={{ target, plan: id }}
            >
              Open in Sync
            </ButtonLink>
          )}
        </>
      }
      commands={{ cli: `syncline sync apply ${id}`, curl: { path: `/api/tenant/sync/plans/${id}` } }}
    >
      <Stack gap="md">
        <ApprovalPanel plan={plan.data} />
        <PlanView tenant={tenant} plan={plan.data} />
        <Preflight checks={checksOf(plan.data, () => void plan.refetch())} />
      </Stack>
    </Page>
  );
}
