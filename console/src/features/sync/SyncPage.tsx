import { Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMembership, useTenantId } from "~/app/tenant";
import { Moments } from "~/features/plans/Moments";
import { RunPanel } from "~/features/runs/RunPanel";
import { AnchorLink } from "~/shared/links";
import { Page } from "~/shared/Page";
import { PlanStage } from "./PlanStage";
import { TargetCards } from "./TargetCards";

/** Settings → Sync: from the choice of a target to the report, each moment with an address of its own. */
export function SyncPage() {
  const tenant = useTenantId();
  const here = useMembership();
  const { target, plan, run } = useSearch({ from: "/t/$tenant/settings/sync" });
  const navigate = useNavigate({ from: "/t/$tenant/settings/sync" });
  const go = (search: { target?: string; plan?: string; run?: string }, replace = false) =>
    void navigate({ search, replace });
  const again = (
    <AnchorLink size="sm" to="/t/$tenant/settings/sync" params={{ tenant }}>
      ← Another target
    </AnchorLink>
  );

  if (run && target) {
    return (
      <Page title={`Sync to ${target}`} before={again}>
        <RunPanel
          tenant={tenant}
          id={run}
          moments
          onRollback={(id) =>
            void navigate({ to: "/t/$tenant/runs/$id", params: { tenant, id }, search: { rollback: true } })
          }
        />
      </Page>
    );
  }
  if (target) {
    return (
      <Page
        title={`Sync to ${target}`}
        before={again}
        about={
          <>
            What {here.label} marks as syncable, and all it uses, goes to {target}. Nothing comes back.
          </>
        }
        commands={{
          cli: plan ? `syncline sync apply ${plan}` : `syncline sync plan ${target}`,
          curl: {
            method: "POST",
            path: `/api/tenant/sync/${target}${plan ? "" : "/plan"}`,
            body: plan ? { planId: plan } : {},
          },
        }}
      >
        <PlanStage
          key={target}
          tenant={tenant}
          target={target}
          planId={plan ?? null}
          onPlanned={(id) => go({ target, plan: id }, true)}
          onStarted={(id) => go({ target, run: id })}
        />
      </Page>
    );
  }
  return (
    <Page
      title="Sync"
      about={<>Promote what is syncable in {here.label} to another tenant. First choose where to.</>}
      commands={{ cli: "syncline sync matrix", curl: { path: "/api/tenant/sync/matrix" } }}
    >
      <Stack>
        <Moments current="Target" />
        <TargetCards onChoose={(id) => go({ target: id })} />
      </Stack>
    </Page>
  );
}
