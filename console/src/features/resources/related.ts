import { queryOptions } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { Kind } from "~/api/types";

/** What a resource uses, or what uses it. */
export function graphQuery(
  tenant: string,
  kind: Kind,
  id: string,
  direction: "dependencies" | "dependents",
  depth = 10,
) {
  return queryOptions({
    queryKey: ["resources", tenant, kind, direction, id, depth],
    queryFn: () =>
      call(tenant, "get", `/api/{kind}/{id}/${direction}` as const, {
        path: { kind, id },
        query: { depth },
      }),
  });
}
