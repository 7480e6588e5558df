import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Report, Run, RunDetail, RunState, RunStatus } from "~/api/types";

export interface RunFilter {
  source?: string | undefined;
  target?: string | undefined;
  status?: RunStatus | undefined;
  kind?: Run["kind"] | undefined;
}

export function runsQuery(tenant: string, filter: RunFilter, limit = 30) {
  return infiniteQueryOptions({
    queryKey: ["runs", tenant, filter, limit],
    queryFn: ({ pageParam }) =>
      call(tenant, "get", "/api/tenant/sync/runs", {
        query: { ...filter, limit, cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function isOver(run: Pick<Run, "status">): boolean {
  return run.status !== "queued" && run.status !== "running";
}

export function runQuery(tenant: string, id: string) {
  return queryOptions({
    queryKey: ["run", tenant, id],
    queryFn: () => call(tenant, "get", "/api/tenant/sync/runs/{id}", { path: { id } }),
  });
}

export function isReport(run: RunDetail): run is Report {
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

/** Why a run failed. It was refused or the server could not: the report of a run has no status of its own. */
export function problemOfRun({ problem }: Pick<RunState, "problem">): Problem {
  return new Problem(500, problem ?? {});
}

const PATIENCE_MS = 400;

/** For what goes on after a run. One that did not succeed is thrown. */
export async function waitForRun(tenant: string, id: string): Promise<void> {
  for (;;) {
    const run = await call(tenant, "get", "/api/tenant/sync/runs/{id}", { path: { id } });
    if (run.status === "succeeded") return;
    if (isOver(run)) throw problemOfRun(run);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  }
}
