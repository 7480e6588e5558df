import { MultiSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Kind } from "~/api/types";
import { useTenantId } from "~/app/tenant";
import { resourceQuery, searchQuery } from "./queries";

/** Names for ids, of those that match what is typed and of those chosen already. */
function useOptions(tenant: string, kind: Kind, chosen: string[], typed: string) {
  const [q] = useDebouncedValue(typed, 200);
  const found = useQuery(searchQuery(tenant, kind, q)).data?.items ?? [];
  const unknown = chosen.filter((id) => !found.some((item) => item.id === id) && !id.startsWith("builtin:"));
  const named = useQueries({
    queries: unknown.map((id) => ({ ...resourceQuery(tenant, kind, id), retry: false })),
    combine: (results) =>
      results.map((result, index) => ({
        id: unknown[index]!,
        name: result.data?.resource.name ?? (result.error ? `${unknown[index]} (missing)` : "…"),
      })),
  });
  const builtin = chosen
    .filter((id) => id.startsWith("builtin:"))
    .map((id) => ({ id, name: `${id.slice(8)} (built in)` }));
  return [...found, ...named, ...builtin].map(({ id, name }) => ({ value: id, label: name }));
}

/** References to resources of a kind, or to the single one that a field takes. */
export function ReferencePicker({
  tenant,
  kind,
  label,
  hint,
  readOnly,
  single = false,
  value,
  onChange,
}: {
  /** Whose resources they are; without it, those of this tenant. */
  tenant?: string;
  kind: Kind;
  label: string;
  hint: string | undefined;
  readOnly: boolean;
  single?: boolean;
  value: string[];
  onChange: (ids: string[]) => void;
}) {
  const here = useTenantId();
  const [typed, setTyped] = useState("");
  const common = {
    label,
    description: hint,
    readOnly,
    data: useOptions(tenant ?? here, kind, value, typed),
    searchable: true,
    searchValue: typed,
    onSearchChange: setTyped,
    nothingFoundMessage: "Nothing by that name",
  };
  return single ? (
    <Select {...common} clearable value={value[0] ?? null} onChange={(id) => onChange(id ? [id] : [])} />
  ) : (
    <MultiSelect {...common} value={value} onChange={onChange} placeholder={value.length === 0 ? "None" : ""} />
  );
}
