import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { Variable } from "~/api/types";
import { notifyDone } from "~/shared/notify";

const key = (tenant: string) => ["variables", tenant];

/** All of them: a page of many would leave gaps that are none. */
export function variablesQuery(tenant: string) {
  return queryOptions({
    queryKey: key(tenant),
    queryFn: async () => {
      const all: Variable[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await call(tenant, "get", "/api/tenant/variables", {
          query: { limit: 500, ...(cursor ? { cursor } : {}) },
        });
        all.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor);
      return all;
    },
  });
}

interface Cell {
  tenant: string;
  name: string;
}

function useDone(onDone: () => void) {
  const queries = useQueryClient();
  return (_: unknown, { tenant }: Cell) => {
    void queries.invalidateQueries({ queryKey: key(tenant) });
    onDone();
  };
}

export function useSetVariable(onDone: () => void) {
  const done = useDone(onDone);
  return useMutation({
    mutationFn: ({ tenant, name, value }: Cell & { value: string }) =>
      call(tenant, "put", "/api/tenant/variables/{name}", { path: { name }, body: { value } }),
    onSuccess: (answer, cell) => {
      notifyDone(`${cell.name} is set in ${cell.tenant}.`);
      done(answer, cell);
    },
  });
}

export function useRemoveVariable(onDone: () => void) {
  return useMutation({
    mutationFn: ({ tenant, name }: Cell) =>
      call(tenant, "delete", "/api/tenant/variables/{name}", { path: { name } }),
    onSuccess: useDone(onDone),
  });
}
