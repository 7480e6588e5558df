import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { Kind } from "~/api/types";

/** The resources of a tenant's own with just this name: what a copy of that name would stand beside. */
export function ownByNameQuery(tenant: string, kind: Kind, name: string) {
  return queryOptions({
    queryKey: ["resources", tenant, kind, "own", name],
    queryFn: async () => {
      const { items } = await call(tenant, "get", "/api/{kind}", {
        path: { kind },
        query: { q: name, limit: 100 },
      });
      return items.filter(
        (item) => item.name === name && item.syncedFrom === null && item.detachedFrom === null,
      );
    },
  });
}

export interface Adoption {
  kind: Kind;
  /** What becomes the copy, in the tenant that adopts. */
  id: string;
  source: string;
  originId: string;
}

/** Makes a resource of a tenant the copy of one of a source; references to it go on leading to it. */
export function useAdopt(tenant: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, id, source, originId }: Adoption) =>
      call(tenant, "post", "/api/{kind}/{id}/adopt", { path: { kind, id }, body: { source, originId } }),
    onSuccess: () => {
      for (const key of ["resources", "matrix", "drift"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}
