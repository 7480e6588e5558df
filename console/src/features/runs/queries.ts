import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call, send } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Page, Plan, Report, Run } from "~/api/types";

export interface RunFilter {
  source?: string;
  target?: string;
  status?: string;
  kind?: string;
}

export function runsQuery(tenant: string, filter: RunFilter, limit = 30) {
  return infiniteQueryOptions({
    queryKey: ["runs", tenant, filter, limit],
    queryFn: ({ pageParam }) =>
      call<Page<Run>>(tenant, "get", "/api/tenant/sync/runs", {
        query: { ...filter, limit, cursor: pageParam },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function isOver(run: Pick<Run, "status">): boolean {
  return run.status !== "queued" && run.status !== "running";
}

export function runQuery(tenant: string, id: string) {
  return queryOptions({
    queryKey: ["run", tenant, id],
    queryFn: () => call<Run | Report>(tenant, "get", "/api/tenant/sync/runs/{id}", { path: { id } }),
  });
}

export function isReport(run: Run | Report): run is Report {
  return "items" in run;
}

/** Whatever a run may have changed is read again. */
export function useAfterRun() {
  const queries = useQueryClient();
  return () => {
    for (const key of ["runs", "run", "matrix", "resources", "drift", "plans", "approvals", "audit"]) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
  };
}

export function useCancelRun(tenant: string, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call(tenant, "post", "/api/tenant/sync/runs/{id}/cancel", { path: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["run", tenant, id] }),
  });
}

export function makeRollbackPlan(tenant: string, id: string, overwriteEdits: boolean): Promise<Plan> {
  return call<Plan>(tenant, "post", "/api/tenant/sync/runs/{id}/rollback/plan", {
    path: { id },
    body: overwriteEdits ? { overwriteEdits } : {},
  });
}

/** Starts applying a plan. The key makes a second click the same run. */
export async function applyPlan(tenant: string, plan: Plan, key: string): Promise<string> {
  const headers = { "Idempotency-Key": key, Prefer: "respond-async" };
  const path = plan.kind === "rollback" ? "/api/tenant/sync/runs/{id}/rollback" : "/api/tenant/sync/{target}";
  const { data } = await send<Run>(tenant, "post", path, {
    path: { target: plan.target, id: plan.rollsBack ?? "" },
    body: { planId: plan.planId },
    headers,
  });
  return data.runId;
}

const PATIENCE_MS = 400;

/** For what goes on after a run. One that did not succeed is thrown. */
export async function waitForRun(tenant: string, id: string): Promise<void> {
  for (;;) {
    const run = await call<Run>(tenant, "get", "/api/tenant/sync/runs/{id}", { path: { id } });
    if (run.status === "succeeded") return;
    if (isOver(run)) throw new Problem(Number(run.problem?.["status"] ?? 500), run.problem ?? {});
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  }
}
