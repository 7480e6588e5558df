import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call, send } from "~/api/client";
import type { Graph, JsonObject, Kind, Named, Page, Resource, ResourceItem, Version } from "~/api/types";

export interface ResourceFilter {
  q?: string;
  syncable?: string;
  syncedFrom?: string;
  drifted?: string;
}
export interface GraphNode extends Named {
  missing?: boolean;
  syncable?: boolean;
  syncedFrom?: string | null;
}

const path = (kind: Kind, id: string) => ({ path: { kind, id } });

export function listQuery(tenant: string, kind: Kind, filter: ResourceFilter) {
  return infiniteQueryOptions({
    queryKey: ["resources", tenant, kind, "list", filter],
    queryFn: ({ pageParam }) =>
      call<Page<ResourceItem>>(tenant, "get", "/api/{kind}", {
        path: { kind },
        query: { ...filter, limit: 100, cursor: pageParam },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

/** A few by name, for pickers. */
export function searchQuery(tenant: string, kind: Kind, q: string) {
  return queryOptions({
    queryKey: ["resources", tenant, kind, "search", q],
    queryFn: () =>
      call<Page<ResourceItem>>(tenant, "get", "/api/{kind}", { path: { kind }, query: { q, limit: 20 } }),
  });
}

export interface Loaded {
  resource: Resource;
  etag: string | null;
}

export function resourceQuery(tenant: string, kind: Kind, id: string, version = "latest") {
  return queryOptions({
    queryKey: ["resources", tenant, kind, "one", id, version],
    queryFn: async (): Promise<Loaded> => {
      const { data, headers } = await send<Resource>(tenant, "get", "/api/{kind}/{id}", {
        ...path(kind, id),
        query: { version },
      });
      return { resource: data, etag: headers.get("ETag") };
    },
  });
}

export function versionsQuery(tenant: string, kind: Kind, id: string) {
  return queryOptions({
    queryKey: ["resources", tenant, kind, "versions", id],
    queryFn: () => call<Page<Version>>(tenant, "get", "/api/{kind}/{id}/versions", path(kind, id)),
  });
}

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
      call<Graph<GraphNode>>(tenant, "get", `/api/{kind}/{id}/${direction}`, {
        ...path(kind, id),
        query: { depth },
      }),
  });
}

export interface Draft {
  name: string;
  description: string;
  syncable: boolean;
  body: JsonObject;
  status?: string;
}

/** Everything that changes a resource; what is shown of the tenant's resources is read again afterwards. */
export function useResourceActions(tenant: string, kind: Kind) {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["resources", tenant] });
  return {
    create: useMutation({
      mutationFn: (draft: Draft) =>
        call<Resource>(tenant, "post", "/api/{kind}", { path: { kind }, body: draft }),
      onSuccess,
    }),
    edit: useMutation({
      mutationFn: ({ id, etag, change }: { id: string; etag?: string | null; change: Partial<Draft> }) =>
        call<Resource>(tenant, "patch", "/api/{kind}/{id}", {
          ...path(kind, id),
          body: change,
          ...(etag ? { headers: { "If-Match": etag } } : {}),
        }),
      onSuccess,
    }),
    setSyncable: useMutation({
      mutationFn: async ({ ids, syncable }: { ids: string[]; syncable: boolean }) => {
        for (const id of ids)
          await call(tenant, "patch", "/api/{kind}/{id}", { ...path(kind, id), body: { syncable } });
      },
      onSettled: onSuccess,
    }),
    publish: useMutation({
      mutationFn: ({ id, note }: { id: string; note: string }) =>
        call(tenant, "post", "/api/{kind}/{id}/publish", { ...path(kind, id), body: { note } }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: ({ id, force }: { id: string; force: boolean }) =>
        call(tenant, "delete", "/api/{kind}/{id}", { ...path(kind, id), query: force ? { force } : {} }),
      onSuccess,
    }),
  };
}
