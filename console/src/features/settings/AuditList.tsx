import { Button, Code, Stack, Text } from "@mantine/core";
import { IconListSearch } from "@tabler/icons-react";
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { KINDS, type Kind } from "~/api/types";
import { DataTable } from "~/shared/DataTable";
import { KIND_INFO } from "~/shared/kinds";
import { Empty, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { detailsInWords } from "./auditDetails";

export interface AuditFilter {
  action?: string | undefined;
  actor?: string | undefined;
  subject?: string;
}

function auditQuery(tenant: string, filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["audit", tenant, filter],
    queryFn: ({ pageParam }) =>
      call(tenant, "get", "/api/tenant/audit", { query: { ...filter, limit: 50, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  });
}

/** The subject of a change may also be a run, a member, a policy and so on. */
function subjectInWords(kind: string): string {
  return (KINDS as readonly string[]).includes(kind) ? KIND_INFO[kind as Kind].one : kind;
}

/** Who did what, newest first. */
export function AuditList({ tenant, filter }: { tenant: string; filter: AuditFilter }) {
  const list = useInfiniteQuery(auditQuery(tenant, filter));
  if (list.isPending) return <Waiting />;
  if (list.error) return <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap((page) => page.items);
  return (
    <Stack gap="sm">
      {rows.length === 0 ? (
        <Empty
          icon={IconListSearch}
          title={filter.action ? `No entry says ${filter.action}` : "Nothing recorded"}
        >
          {filter.action ? "An action is written in full, such as resource.create. " : ""}
          Every change of this tenant is recorded here, with who made it.{" "}
          {list.hasNextPage ? "Older entries may have more." : ""}
        </Empty>
      ) : (
        <DataTable
          label="Audit"
          rows={rows}
          rowKey={(entry) => String(entry.seq)}
          columns={[
            { key: "at", header: "When", width: 140, render: (entry) => <Time at={entry.at} size="sm" /> },
            {
              key: "actor",
              header: "Who",
              wide: true,
              width: 210,
              render: (entry) => (
                <Text size="sm" className="breakable">
                  {entry.actor?.email ?? entry.actor?.id ?? "the server"}
                </Text>
              ),
            },
            { key: "action", header: "What", width: 170, render: (entry) => <Code>{entry.action}</Code> },
            {
              key: "subject",
              header: "Of",
              width: 260,
              render: (entry) =>
                entry.subject && (
                  <Text size="sm" className="breakable">
                    <Text span c="dimmed" inherit>
                      {subjectInWords(entry.subject.kind)}{" "}
                    </Text>
                    {entry.subject.name || (
                      <Code style={{ whiteSpace: "nowrap" }}>{entry.subject.id.slice(0, 8)}…</Code>
                    )}
                  </Text>
                ),
            },
            {
              key: "details",
              header: "Details",
              wide: true,
              render: (entry) => (
                <Text size="xs" className="breakable" c="dimmed" lineClamp={2}>
                  {detailsInWords(entry.details)}
                </Text>
              ),
            },
          ]}
        />
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show older
        </Button>
      )}
    </Stack>
  );
}
