import { queryOptions } from "@tanstack/react-query";
import { call } from "~/api/client";
import { serves } from "~/api/serves";
import { pairsOf } from "~/features/overview/graph";
import type { Graph, Matrix, Me, Plan, PlanAction, PlanOptions, Named, Page, Run, Tenant } from "~/api/types";

export function makePlan(tenant: string, target: string, options: PlanOptions): Promise<Plan> {
  return call<Plan>(tenant, "post", "/api/tenant/sync/{target}/plan", { path: { target }, body: options });
}

export function planQuery(tenant: string, id: string, unchanged = false) {
  return queryOptions({
    queryKey: ["plans", tenant, id, unchanged],
    queryFn: () =>
      call<Plan>(tenant, "get", "/api/tenant/sync/plans/{id}", {
        path: { id },
        query: unchanged ? { include: "unchanged" } : {},
      }),
    // A plan is long and does not change; who waits for what may change of it says so.
    refetchInterval: false,
  });
}

export function plansQuery(tenant: string, filter: { status?: string; target?: string }) {
  return queryOptions({
    queryKey: ["plans", tenant, "list", filter],
    queryFn: () =>
      call<Page<Plan>>(tenant, "get", "/api/tenant/sync/plans", { query: { ...filter, limit: 20 } }),
  });
}

export function planGraphQuery(tenant: string, id: string) {
  return queryOptions({
    queryKey: ["plans", tenant, id, "graph"],
    queryFn: () =>
      call<Graph<Named & { action: PlanAction }>>(tenant, "get", "/api/tenant/sync/plans/{id}/graph", {
        path: { id },
      }),
    staleTime: Infinity,
    refetchInterval: false,
  });
}

export function matrixQuery(tenant: string) {
  return queryOptions({
    queryKey: ["matrix", tenant],
    queryFn: () =>
      serves("/api/tenant/sync/matrix")
        ? call<Matrix>(tenant, "get", "/api/tenant/sync/matrix")
        : matrixOfRuns(tenant),
  });
}

/** The pairs as their last runs left them; how far each is behind is not known then. */
async function matrixOfRuns(tenant: string): Promise<Matrix> {
  const me = await call<Me>(tenant, "get", "/api/me");
  const runs = await call<Page<Run>>(tenant, "get", "/api/tenant/sync/runs", { query: { limit: 100 } });
  return { tenants: me.tenants, pairs: pairsOf(runs.items) };
}

export function tenantQuery(tenant: string) {
  return queryOptions({
    queryKey: ["tenant", tenant],
    queryFn: () => call<Tenant>(tenant, "get", "/api/tenant"),
  });
}

/** The reasons of items that a person left out. */
const BY_HAND = new Set<string | undefined>(["excluded", "requested"]);

/** What a plan was made with, to make one like it. */
export function optionsOf(plan: Plan): PlanOptions {
  const excluded = (plan.items ?? []).flatMap(({ kind, sourceId, action, reason }) =>
    kind && action === "excluded" && BY_HAND.has(reason) ? [{ kind, id: sourceId }] : [],
  );
  return {
    ...(plan.onDrift ? { onDrift: plan.onDrift } : {}),
    ...(plan.prune ? { prune: true } : {}),
    ...(plan.releaseId ? { releaseId: plan.releaseId } : {}),
    ...(excluded.length > 0 ? { exclude: excluded } : {}),
  };
}
