import { queryOptions } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { AnyPlan, Plan, PlanOptions, RollbackPlan } from "~/api/types";

/** `unchanged`: also lists what stays as it is, which is most of a large workspace. */
export function makePlan(
  tenant: string,
  target: string,
  options: PlanOptions,
  { unchanged = false } = {},
): Promise<Plan> {
  return call(tenant, "post", "/api/tenant/sync/{target}/plan", {
    path: { target },
    body: options,
    query: unchanged ? { include: "unchanged" } : {},
  });
}

export function makeRollbackPlan(tenant: string, id: string, overwriteEdits: boolean): Promise<RollbackPlan> {
  return call(tenant, "post", "/api/tenant/sync/runs/{id}/rollback/plan", {
    path: { id },
    body: overwriteEdits ? { overwriteEdits } : {},
  });
}

/** Starts applying a plan. The key makes a second click the same run. */
export async function applyPlan(tenant: string, plan: AnyPlan, key: string): Promise<string> {
  const body = { planId: plan.planId };
  const { runId } =
    plan.kind === "rollback"
      ? await call(tenant, "post", "/api/tenant/sync/runs/{id}/rollback", {
          path: { id: plan.rollsBack },
          body,
        })
      : await call(tenant, "post", "/api/tenant/sync/{target}", {
          path: { target: plan.target },
          body,
          headers: { "Idempotency-Key": key, Prefer: "respond-async" },
        });
  return runId;
}

export function planQuery(tenant: string, id: string) {
  return queryOptions({
    queryKey: ["plans", tenant, id],
    queryFn: () => call(tenant, "get", "/api/tenant/sync/plans/{id}", { path: { id } }),
    // A plan is long and does not change; who waits for what may change of it says so.
    refetchInterval: false,
  });
}

export function openPlansQuery(tenant: string) {
  return queryOptions({
    queryKey: ["plans", tenant, "open"],
    queryFn: () => call(tenant, "get", "/api/tenant/sync/plans", { query: { status: "open", limit: 20 } }),
  });
}

export function waitingPlansQuery(tenant: string) {
  return queryOptions({
    queryKey: ["approvals", tenant],
    queryFn: () => call(tenant, "get", "/api/tenant/approvals", { query: { status: "pending" } }),
  });
}

export function planGraphQuery(tenant: string, id: string) {
  return queryOptions({
    queryKey: ["plans", tenant, id, "graph"],
    queryFn: () =>
      call(tenant, "get", "/api/tenant/sync/plans/{id}/graph", {
        path: { id },
      }),
    staleTime: Infinity,
    refetchInterval: false,
  });
}

export function matrixQuery(tenant: string) {
  return queryOptions({
    queryKey: ["matrix", tenant],
    queryFn: () => call(tenant, "get", "/api/tenant/sync/matrix"),
  });
}

/** What a plan was made with, to make one like it. */
export function optionsOf(plan: AnyPlan): PlanOptions {
  if (plan.kind === "rollback") return {};
  const excluded = plan.items.flatMap(({ kind, sourceId, reason }) =>
    kind && reason === "on_request" ? [{ kind, id: sourceId }] : [],
  );
  return {
    onDrift: plan.onDrift,
    credentials: plan.credentials,
    ...(plan.prune ? { prune: true } : {}),
    ...(plan.releaseId ? { releaseId: plan.releaseId } : {}),
    ...(excluded.length > 0 ? { exclude: excluded } : {}),
  };
}
