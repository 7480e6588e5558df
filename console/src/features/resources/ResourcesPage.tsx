import { Button, Group, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Kind, ResourceSummary } from "~/api/types";
import { useMay, useMemberships, useTenantId } from "~/app/tenant";
import { DataTable, type Column } from "~/shared/DataTable";
import { count } from "~/shared/format";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { AnchorLink, ButtonLink } from "~/shared/links";
import { Empty, Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { useKind } from "./kind";
import { OriginMarks, VersionMark } from "./marks";
import { listQuery, useResourceActions, type ResourceFilter } from "./queries";

export function ResourcesPage() {
  const kind = useKind();
  return <ResourceList key={kind} kind={kind} />;
}

function ResourceList({ kind }: { kind: Kind }) {
  const tenant = useTenantId();
  const filter = useSearch({ from: "/t/$tenant/resources/$kind" });
  const navigate = useNavigate({ from: "/t/$tenant/resources/$kind" });
  const mayEdit = useMay("USER");
  const list = useInfiniteQuery(listQuery(tenant, kind, filter));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { setSyncable } = useResourceActions(tenant, kind);
  const info = KIND_INFO[kind];
  const filtered = Object.keys(filter).length > 0;
  const setFilter = (change: ResourceFilter) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const mark = (ids: string[], syncable: boolean) => setSyncable.mutate({ ids, syncable });
  const open = (row: ResourceSummary) =>
    void navigate({ to: "/t/$tenant/resources/$kind/$id", params: { tenant, kind, id: row.id } });
  const create = mayEdit && (
    <ButtonLink
      to="/t/$tenant/resources/$kind/new"
      params={{ tenant, kind }}
      leftSection={<IconPlus size={16} />}
    >
      New {info.one}
    </ButtonLink>
  );

  return (
    <Page
      title={info.label}
      about={info.about}
      actions={create}
      commands={{ cli: `syncline ${kind} list`, curl: { path: `/api/${kind}` } }}
    >
      <Stack gap="sm">
        <Filters kind={kind} filter={filter} onChange={setFilter} />
        {selected.size > 0 && (
          <Group className="surface" px="md" py={8} justify="space-between">
            <Text size="sm" fw={550}>
              {count(selected.size, info.one)} selected
            </Text>
            <Group gap="xs">
              <Button size="xs" loading={setSyncable.isPending} onClick={() => mark([...selected], true)}>
                Mark syncable
              </Button>
              <Button size="xs" variant="default" onClick={() => mark([...selected], false)}>
                Not syncable
              </Button>
              <Button size="xs" variant="subtle" onClick={() => setSelected(new Set())}>
                Clear
              </Button>
            </Group>
          </Group>
        )}
        {list.isPending && <Waiting rows={8} />}
        {list.error && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess &&
          rows.length === 0 &&
          (filtered ? (
            <Empty
              icon={IconSearch}
              title="Nothing matches"
              action={
                <Button variant="default" onClick={() => void navigate({ search: {} })}>
                  Clear the filters
                </Button>
              }
            >
              No {info.one} here fits these filters.
            </Empty>
          ) : (
            <Empty icon={info.icon} title={`No ${info.label.toLowerCase()} yet`} action={create || undefined}>
              {info.about} Make one here, or bring a whole workspace with{" "}
              <span className="mono">syncline import flowise FOLDER</span>.
            </Empty>
          ))}
        {rows.length > 0 && (
          <DataTable
            label={info.label}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={open}
            columns={columnsOf(tenant, mayEdit, (row, syncable) => mark([row.id], syncable))}
            {...(mayEdit ? { selected, onSelect: setSelected } : {})}
          />
        )}
        {list.hasNextPage && (
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        )}
      </Stack>
    </Page>
  );
}

function Filters({
  kind,
  filter,
  onChange,
}: {
  kind: Kind;
  filter: ResourceFilter;
  onChange: (change: ResourceFilter) => void;
}) {
  const [text, setText] = useState(filter.q ?? "");
  const apply = useDebouncedCallback((q: string) => onChange({ q: q || undefined }), 250);
  const tenants = useMemberships();
  const here = useTenantId();
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        style={{ flex: "1 1 220px" }}
        maw={360}
        data-filter
        aria-label={`Filter ${KIND_INFO[kind].label}`}
        placeholder="Filter by name"
        leftSection={<IconSearch size={15} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          apply(event.currentTarget.value);
        }}
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

function columnsOf(
  tenant: string,
  mayEdit: boolean,
  onSyncable: (row: ResourceSummary, syncable: boolean) => void,
): Column<ResourceSummary>[] {
  return [
    {
      key: "name",
      header: "Name",
      render: (row) => (
        <Group gap={10} wrap="nowrap" style={{ minWidth: 0 }}>
          <KindIcon kind={row.kind} />
          <div style={{ minWidth: 0 }}>
            <AnchorLink
              to="/t/$tenant/resources/$kind/$id"
              params={{ tenant, kind: row.kind, id: row.id }}
              fw={550}
              c="var(--mantine-color-text)"
              className="breakable"
            >
              {row.name}
            </AnchorLink>
            {row.description && (
              <Text size="xs" c="dimmed" lineClamp={1} className="breakable">
                {row.description}
              </Text>
            )}
          </div>
        </Group>
      ),
    },
    {
      key: "origin",
      header: "Origin",
      wide: true,
      width: 190,
      render: (row) => <OriginMarks resource={row} />,
    },
    {
      key: "version",
      header: "Version",
      wide: true,
      width: 130,
      render: (row) => <VersionMark resource={row} />,
    },
    {
      key: "syncable",
      header: "Syncable",
      width: 96,
      render: (row) =>
        row.syncedFrom ? (
          <Text size="xs" c="dimmed">
            a copy
          </Text>
        ) : (
          <Switch
            size="sm"
            checked={row.syncable}
            disabled={!mayEdit}
            aria-label={`Syncable: ${row.name}`}
            onChange={(event) => onSyncable(row, event.currentTarget.checked)}
          />
        ),
    },
    {
      key: "updated",
      header: "Changed",
      wide: true,
      width: 150,
      render: (row) => <Time at={row.updatedAt} size="sm" c="dimmed" />,
    },
  ];
}
