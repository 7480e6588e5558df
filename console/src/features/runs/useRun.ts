import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { open } from "~/api/client";
import { followEvents } from "~/api/events";
import type { Progress } from "~/api/types";
import { isOver, isReport, runQuery, useAfterRun } from "./queries";

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
      (headers) =>
        open(tenant, "get", "/api/tenant/sync/runs/{id}/events", {
          path: { id },
          headers,
          signal: stop.signal,
        }),
      (event) => {
        if (event.event === "progress") {
          const progress = JSON.parse(event.data) as Progress;
          queries.setQueryData(queryKey, (before) =>
            before && !isReport(before) ? { ...before, status: "running" as const, progress } : before,
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
