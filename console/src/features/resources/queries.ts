import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { call, send } from "~/api/client";
import { asProblem } from "~/api/problem";
import type { Kind, NewResource, Resource, ResourceChange, ResourceSummary } from "~/api/types";
import { count } from "~/shared/format";
import { KIND_INFO } from "~/shared/kinds";
import { notifyDone, notifyProblem } from "~/shared/notify";

export interface ResourceFilter {
  q?: string | undefined;
  syncable?: boolean | undefined;
  syncedFrom?: string | undefined;
}

const path = (kind: Kind, id: string) => ({ path: { kind, id } });

export function listQuery(tenant: string, kind: Kind, filter: ResourceFilter) {
  return infiniteQueryOptions({
    queryKey: ["resources", tenant, kind, "list", filter],
    queryFn: ({ pageParam }) =>
      call(tenant, "get", "/api/{kind}", {
        path: { kind },
        query: { ...filter, limit: 100, cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    // While a filter is typed, the list stays until the next one is there.
    placeholderData: keepPreviousData,
  });
}

/** A few by name, for pickers. */
export function searchQuery(tenant: string, kind: Kind, q: string) {
  return queryOptions({
    queryKey: ["resources", tenant, kind, "search", q],
    queryFn: () => call(tenant, "get", "/api/{kind}", { path: { kind }, query: { q, limit: 20 } }),
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
      const { data, headers } = await send(tenant, "get", "/api/{kind}/{id}", {
        ...path(kind, id),
        query: { version },
      });
      return { resource: data, etag: headers.get("ETag") };
    },
  });
}

/** The copy of a resource in a target: under the derived id, or under its own when it was adopted. */
export function copyQuery(source: string, target: string, { kind, id, name }: Resource) {
  return queryOptions({
    queryKey: ["resources", target, kind, "copy", source, id],
    queryFn: async (): Promise<ResourceSummary | null> => {
      const { copyId } = await call(source, "get", "/api/tenant/sync/id", { query: { source, target, id } });
      try {
        return await call(target, "get", "/api/{kind}/{id}", path(kind, copyId));
      } catch (error) {
        if (asProblem(error).status !== 404) throw error;
      }
      const { items } = await call(target, "get", "/api/{kind}", {
        path: { kind },
        query: { syncedFrom: source, q: name, limit: 100 },
      });
      return items.find(({ originId }) => originId === id) ?? null;
    },
  });
}

export function versionsQuery(tenant: string, kind: Kind, id: string) {
  return queryOptions({
    queryKey: ["resources", tenant, kind, "versions", id],
    queryFn: () => call(tenant, "get", "/api/{kind}/{id}/versions", path(kind, id)),
  });
}

interface Edit {
  id: string;
  etag: string | null;
  change: ResourceChange;
}
interface Publication {
  id: string;
  name: string;
  version: number;
  note: string;
}
interface Removal {
  id: string;
  name: string;
  force: boolean;
}

/**
 * Everything that changes a resource; what is shown of the tenant's resources is read again afterwards. What is said
 * about a success is said here: what asked for it may be gone from the page before all is read.
 */
export function useResourceActions(tenant: string, kind: Kind) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["resources", tenant] });
  return {
    create: useMutation({
      mutationFn: (draft: NewResource) => call(tenant, "post", "/api/{kind}", { path: { kind }, body: draft }),
      onSuccess: ({ id }) => {
        void onSuccess();
        return navigate({ to: "/t/$tenant/resources/$kind/$id", params: { tenant, kind, id } });
      },
    }),
    edit: useMutation({
      mutationFn: async ({ id, etag, change }: Edit): Promise<Loaded> => {
        const { data, headers } = await send(tenant, "patch", "/api/{kind}/{id}", {
          ...path(kind, id),
          body: change,
          ...(etag ? { headers: { "If-Match": etag } } : {}),
        });
        return { resource: data, etag: headers.get("ETag") };
      },
      onSuccess: (saved) => {
        notifyDone(`${saved.resource.name} is saved.`);
        queries.setQueryData(resourceQuery(tenant, kind, saved.resource.id).queryKey, saved);
        return onSuccess();
      },
      // After a refusal what is on the page is old, whatever the reason.
      onError: onSuccess,
    }),
    setSyncable: useMutation({
      mutationFn: async ({ ids, syncable }: { ids: string[]; syncable: boolean }) => {
        for (const id of ids)
          await call(tenant, "patch", "/api/{kind}/{id}", { ...path(kind, id), body: { syncable } });
      },
      onSuccess: (_, { ids, syncable }) =>
        notifyDone(
          `${count(ids.length, KIND_INFO[kind].one)} ${syncable ? "marked syncable" : "no longer syncable"}.`,
        ),
      onError: notifyProblem,
      onSettled: onSuccess,
    }),
    publish: useMutation({
      mutationFn: ({ id, note }: Publication) =>
        call(tenant, "post", "/api/{kind}/{id}/publish", { ...path(kind, id), body: { note } }),
      onSuccess: (_, { name, version }) => {
        notifyDone(`${name} is published as version ${version}.`);
        return onSuccess();
      },
    }),
    remove: useMutation({
      mutationFn: ({ id, force }: Removal) =>
        call(tenant, "delete", "/api/{kind}/{id}", { ...path(kind, id), query: force ? { force } : {} }),
      // The page of what is gone is left first, or it would be read again and not be found.
      onSuccess: async (_, { name }) => {
        notifyDone(`${name} is deleted.`);
        await navigate({ to: "/t/$tenant/resources/$kind", params: { tenant, kind } });
        return onSuccess();
      },
    }),
  };
}
