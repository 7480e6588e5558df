import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { followEvents } from "~/api/events";
import type { Progress, Run } from "~/api/types";
import { isOver, runQuery, useAfterRun } from "./queries";

/** A run as it goes: what the server says first, then each event of its progress. */
export function useRun(tenant: string, id: string) {
  const queries = useQueryClient();
  const run = useQuery({
    ...runQuery(tenant, id),
    refetchInterval: (query) => (query.state.data && !isOver(query.state.data) ? 5_000 : false),
  });
  const afterRun = useAfterRun();
  const running = run.data !== undefined && !isOver(run.data);
  useEffect(() => {
    if (!running) return;
    const stop = new AbortController();
    const { queryKey } = runQuery(tenant, id);
    void followEvents(
      tenant,
      `/api/tenant/sync/runs/${encodeURIComponent(id)}/events`,
      (event) => {
        if (event.event === "progress") {
          const progress = JSON.parse(event.data) as Progress;
          queries.setQueryData(
            queryKey,
            (before: Run | undefined) => before && { ...before, status: "running" as const, progress },
          );
          return false;
        }
        if (event.event !== "finished") return false;
        afterRun();
        return true;
      },
      stop.signal,
    ).catch(() => undefined);
    return () => stop.abort();
    // The queries' client and afterRun live as long as the page.
  }, [running, tenant, id]);
  return run;
}
