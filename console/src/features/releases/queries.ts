import { queryOptions } from "@tanstack/react-query";
import { call } from "~/api/client";

export function releasesQuery(tenant: string) {
  return queryOptions({
    queryKey: ["releases", tenant],
    queryFn: () => call(tenant, "get", "/api/tenant/sync/releases", { query: { limit: 100 } }),
  });
}

export function releaseQuery(tenant: string, id: string) {
  return queryOptions({
    queryKey: ["releases", tenant, id],
    queryFn: () => call(tenant, "get", "/api/tenant/sync/releases/{id}", { path: { id } }),
  });
}
