import { queryOptions } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { Kind } from "~/api/types";

export function driftQuery(tenant: string, filter: { source?: string; kind?: Kind }) {
  return queryOptions({
    queryKey: ["drift", tenant, filter],
    queryFn: () => call(tenant, "get", "/api/tenant/drift", { query: { ...filter, limit: 200 } }),
  });
}

export function driftItemQuery(tenant: string, kind: Kind, id: string) {
  return queryOptions({
    queryKey: ["drift", tenant, kind, id],
    queryFn: () => call(tenant, "get", "/api/tenant/drift/{kind}/{id}", { path: { kind, id } }),
  });
}
