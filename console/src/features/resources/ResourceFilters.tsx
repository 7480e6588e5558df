import { Group, Select } from "@mantine/core";
import type { Kind } from "~/api/types";
import { useMemberships, useTenantId } from "~/app/tenant";
import { FilterField } from "~/shared/FilterField";
import { KIND_INFO } from "~/shared/kinds";
import type { ResourceFilter } from "./queries";

export function ResourceFilters({
  kind,
  filter,
  onChange,
}: {
  kind: Kind;
  filter: ResourceFilter;
  onChange: (change: ResourceFilter) => void;
}) {
  const tenants = useMemberships();
  const here = useTenantId();
  return (
    <Group gap="xs" align="flex-end">
      <FilterField
        flex="1 1 220px"
        maw={360}
        label={`Filter ${KIND_INFO[kind].label}`}
        value={filter.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <Select
        w={160}
        aria-label="Syncable"
        placeholder="Syncable or not"
        clearable
        value={filter.syncable === undefined ? null : String(filter.syncable)}
        data={[
          { value: "true", label: "Syncable" },
          { value: "false", label: "Not syncable" },
        ]}
        onChange={(syncable) => onChange({ syncable: syncable === null ? undefined : syncable === "true" })}
      />
      <Select
        w={190}
        aria-label="Origin"
        placeholder="Any origin"
        clearable
        value={filter.syncedFrom ?? null}
        data={tenants.filter(({ id }) => id !== here).map(({ id }) => ({ value: id, label: `From ${id}` }))}
        onChange={(syncedFrom) => onChange({ syncedFrom: syncedFrom ?? undefined })}
      />
    </Group>
  );
}
