import { queryOptions } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { DriftItem, Kind, Page } from "~/api/types";

export function driftQuery(tenant: string, filter: { source?: string; kind?: string }) {
  return queryOptions({
    queryKey: ["drift", tenant, filter],
    queryFn: () =>
      call<Page<DriftItem>>(tenant, "get", "/api/tenant/drift", { query: { ...filter, limit: 200 } }),
  });
}

export function driftItemQuery(tenant: string, kind: Kind, id: string) {
  return queryOptions({
    queryKey: ["drift", tenant, kind, id],
    queryFn: () => call<DriftItem>(tenant, "get", "/api/tenant/drift/{kind}/{id}", { path: { kind, id } }),
  });
}
