import { MultiSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Kind } from "~/api/types";
import { useTenantId } from "~/app/tenant";
import { resourceQuery, searchQuery } from "./queries";

interface Props {
  kind: Kind;
  label: string;
  hint?: string | undefined;
  readOnly: boolean;
}

/** Names for ids, of those that match what is typed and of those chosen already. */
function useOptions(kind: Kind, chosen: string[], typed: string) {
  const tenant = useTenantId();
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

export function ReferencePicker({
  kind,
  label,
  hint,
  readOnly,
  value,
  onChange,
}: Props & {
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const [typed, setTyped] = useState("");
  const options = useOptions(kind, value ? [value] : [], typed);
  return (
    <Select
      label={label}
      description={hint}
      data={options}
      value={value}
      onChange={onChange}
      searchable
      clearable
      readOnly={readOnly}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage="Nothing by that name"
    />
  );
}

export function ReferencesPicker({
  kind,
  label,
  hint,
  readOnly,
  value,
  onChange,
}: Props & {
  value: string[];
  onChange: (ids: string[]) => void;
}) {
  const [typed, setTyped] = useState("");
  const options = useOptions(kind, value, typed);
  return (
    <MultiSelect
      label={label}
      description={hint}
      data={options}
      value={value}
      onChange={onChange}
      searchable
      readOnly={readOnly}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage="Nothing by that name"
      placeholder={value.length === 0 ? "None" : ""}
    />
  );
}
