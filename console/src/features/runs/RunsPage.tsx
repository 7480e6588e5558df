import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { adviceFor } from "~/api/problem";
import { RUN_STATUSES, type Figures as RunFigures, type Run } from "~/api/types";
import { useMemberships, useTenantId } from "~/app/tenant";
import { DataTable } from "~/shared/DataTable";
import { formatDuration } from "~/shared/format";
import { AnchorLink, ButtonLink } from "~/shared/links";
import { ACTIONS, Mark, RunMark } from "~/shared/Mark";
import { Empty, NothingMatches, Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { isOver, problemOfRun, runsQuery, type RunFilter } from "./queries";

export function RunsPage() {
  const tenant = useTenantId();
  const filter = useSearch({ from: "/t/$tenant/runs" });
  const navigate = useNavigate({ from: "/t/$tenant/runs" });
  const tenants = useMemberships().map(({ id }) => id);
  const list = useInfiniteQuery({
    ...runsQuery(tenant, filter),
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((run) => !isOver(run))) ? 3_000 : 20_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const setFilter = (change: RunFilter) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const open = (run: Run) => void navigate({ to: "/t/$tenant/runs/$id", params: { tenant, id: run.runId } });
  const sync = (
    <ButtonLink to="/t/$tenant/settings/sync" params={{ tenant }}>
      Sync…
    </ButtonLink>
  );
  return (
    <Page
      title="Runs"
      about="Every promotion from or to this tenant, and what it did."
      actions={sync}
      commands={{ cli: "syncline run list", curl: { path: "/api/tenant/sync/runs" } }}
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Select
            w={180}
            aria-label="Target"
            placeholder="Any target"
            clearable
            data={tenants}
            value={filter.target ?? null}
            onChange={(target) => setFilter({ target: target ?? undefined })}
          />
          <Select
            w={160}
            aria-label="Status"
            placeholder="Any status"
            clearable
            data={[...RUN_STATUSES]}
            value={filter.status ?? null}
            onChange={(status) => setFilter({ status: status ?? undefined })}
          />
        </Group>
        {list.isPending && <Waiting />}
        {list.error && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <NoRuns
            sync={sync}
            {...(Object.keys(filter).length > 0 ? { onClear: () => void navigate({ search: {} }) } : {})}
          />
        )}
        {rows.length > 0 && <RunTable tenant={tenant} rows={rows} onOpen={open} />}
        {list.hasNextPage && (
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older
          </Button>
        )}
      </Stack>
    </Page>
  );
}

function RunTable({ tenant, rows, onOpen }: { tenant: string; rows: Run[]; onOpen: (run: Run) => void }) {
  return (
    <DataTable
      label="Runs"
      rows={rows}
      rowKey={(run) => run.runId}
      onOpen={onOpen}
      columns={[
        {
          key: "edge",
          header: "From and to",
          render: (run) => (
            <AnchorLink
              to="/t/$tenant/runs/$id"
              params={{ tenant, id: run.runId }}
              fw={550}
              c="var(--mantine-color-text)"
            >
              {run.source} → {run.target}
            </AnchorLink>
          ),
        },
        {
          key: "status",
          header: "State",
          width: 220,
          render: (run) => (
            <Group gap={4}>
              <RunMark status={run.status} />
              {run.kind === "rollback" && (
                <Mark tone="neutral" glyph="↶">
                  rollback
                </Mark>
              )}
              {run.rolledBackBy && <Mark tone="neutral">undone</Mark>}
            </Group>
          ),
        },
        { key: "sum", header: "Changes", wide: true, width: 190, render: (run) => <Outcome run={run} /> },
        {
          key: "by",
          header: "Started",
          wide: true,
          width: 260,
          render: (run) => (
            <Text size="sm" c="dimmed" className="breakable">
              <Time at={run.startedAt} inherit /> by {run.startedBy.email}
            </Text>
          ),
        },
        {
          key: "took",
          header: "Took",
          wide: true,
          width: 90,
          align: "right",
          render: (run) =>
            run.durationMs !== null && (
              <Text size="sm" c="dimmed">
                {formatDuration(run.durationMs)}
              </Text>
            ),
        },
      ]}
    />
  );
}

function NoRuns({ sync, onClear }: { sync: ReactNode; onClear?: () => void }) {
  if (onClear) return <NothingMatches onClear={onClear}>No run fits these filters.</NothingMatches>;
  return (
    <Empty icon={IconHistory} title="No runs yet" action={sync}>
      Each sync leaves a run here, with its report and the way to undo it.
    </Empty>
  );
}

/** What it changed, or why it did not. */
function Outcome({ run }: { run: Run }) {
  const sum: RunFigures | null = run.summary;
  if (run.problem) {
    return (
      <Text size="sm" c="dimmed">
        {adviceFor(problemOfRun(run)).title}
      </Text>
    );
  }
  if (!sum) return null;
  const shown = (
    ["created", "updated", "restored", "recreated", "deleted", "pruned", "drifted"] as const
  ).filter((name) => (sum[name] ?? 0) > 0);
  if (shown.length === 0)
    return (
      <Text size="sm" c="dimmed">
        nothing to do
      </Text>
    );
  return (
    <Group gap={4}>
      {shown.map((name) => (
        <Mark key={name} tone={ACTIONS[name].tone} glyph={ACTIONS[name].glyph} hint={ACTIONS[name].done}>
          {sum[name]}
        </Mark>
      ))}
    </Group>
  );
}
