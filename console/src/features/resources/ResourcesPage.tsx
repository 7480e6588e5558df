import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Kind, ResourceSummary } from "~/api/types";
import { useMay, useTenantId } from "~/app/tenant";
import { DataTable } from "~/shared/DataTable";
import { count } from "~/shared/format";
import { KIND_INFO } from "~/shared/kinds";
import { ButtonLink } from "~/shared/links";
import { Empty, NothingMatches, Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { useKind } from "./kind";
import { listQuery, useResourceActions, type ResourceFilter } from "./queries";
import { resourceColumns } from "./resourceColumns";
import { ResourceFilters } from "./ResourceFilters";
import { UploadDocuments } from "./UploadDocuments";

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
        <ResourceFilters kind={kind} filter={filter} onChange={setFilter} />
        {selected.size > 0 && (
          <SelectionBar
            what={count(selected.size, info.one)}
            busy={setSyncable.isPending}
            onMark={(syncable) => mark([...selected], syncable)}
            onClear={() => setSelected(new Set())}
          />
        )}
        {kind === "documents" && mayEdit && <UploadDocuments />}
        {list.isPending && <Waiting rows={8} />}
        {list.error && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <NoResources
            kind={kind}
            {...(filtered ? { onClear: () => void navigate({ search: {} }) } : {})}
            create={create || undefined}
          />
        )}
        {rows.length > 0 && (
          <DataTable
            label={info.label}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={open}
            columns={resourceColumns(tenant, kind, mayEdit, (row, syncable) => mark([row.id], syncable))}
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

function SelectionBar({
  what,
  busy,
  onMark,
  onClear,
}: {
  what: string;
  busy: boolean;
  onMark: (syncable: boolean) => void;
  onClear: () => void;
}) {
  return (
    <Group className="surface" px="md" py={8} justify="space-between">
      <Text size="sm" fw={550}>
        {what} selected
      </Text>
      <Group gap="xs">
        <Button size="xs" loading={busy} onClick={() => onMark(true)}>
          Mark syncable
        </Button>
        <Button size="xs" variant="default" disabled={busy} onClick={() => onMark(false)}>
          Not syncable
        </Button>
        <Button size="xs" variant="subtle" onClick={onClear}>
          Clear
        </Button>
      </Group>
    </Group>
  );
}

function NoResources({ kind, onClear, create }: { kind: Kind; onClear?: () => void; create: ReactNode }) {
  const info = KIND_INFO[kind];
  if (onClear) return <NothingMatches onClear={onClear}>No {info.one} here fits these filters.</NothingMatches>;
  return (
    <Empty icon={info.icon} title={`No ${info.label.toLowerCase()} yet`} action={create}>
      {info.about} Make one here, or bring a whole workspace with{" "}
      <span className="mono">syncline import flowise FOLDER</span>.
    </Empty>
  );
}
