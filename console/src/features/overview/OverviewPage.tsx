import { Group, Stack, Text } from "@mantine/core";
import { IconArrowsRightLeft, IconCircleCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Matrix } from "~/api/types";
import { useMembership, useMemberships, useTenantId } from "~/app/tenant";
import { matrixQuery, waitingPlansQuery } from "~/features/plans/queries";
import { runsQuery } from "~/features/runs/queries";
import { DataTable } from "~/shared/DataTable";
import { byEnvironment } from "~/shared/environments";
import { count } from "~/shared/format";
import { AnchorLink, ButtonLink } from "~/shared/links";
import { EnvironmentMark, Mark, RunMark } from "~/shared/Mark";
import { Empty, Page, Section, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { attentionOf, type Attention } from "./graph";
import styles from "./overview.module.css";
import { PairMarks, PromotionGraph } from "./PromotionGraph";

export function OverviewPage() {
  const tenant = useTenantId();
  const membership = useMembership();
  const memberships = useMemberships();
  const matrix = useQuery(matrixQuery(tenant));
  return (
    <Page
      title={membership.label}
      about={
        <Group gap="xs" mt={4}>
          <EnvironmentMark environment={membership.environment} />
          <span className="mono">{tenant}</span>
        </Group>
      }
      commands={{
        cli: "syncline sync matrix",
        curl: { path: "/api/tenant/sync/matrix" },
      }}
      actions={
        <ButtonLink
          leftSection={<IconArrowsRightLeft size={16} />}
          to="/t/$tenant/settings/sync"
          params={{ tenant }}
        >
          Sync…
        </ButtonLink>
      }
    >
      {matrix.isPending && <Waiting rows={4} height={80} />}
      {matrix.error && <ProblemPanel error={matrix.error} onRetry={() => void matrix.refetch()} />}
      {memberships.length < 2 ? (
        <Empty icon={IconArrowsRightLeft} title="One tenant so far">
          A promotion goes from one tenant to another: develop here, check in staging, release to production. A
          superuser makes the second one:{" "}
          <span className="mono">syncline tenant create acme-staging --environment staging</span>
        </Empty>
      ) : (
        matrix.data && (
          <>
            <PromotionGraph matrix={matrix.data} here={tenant} />
            <Section title="Needs attention">
              <NeedsAttention tenant={tenant} matrix={matrix.data} />
            </Section>
            {matrix.data.pairs.length > 0 && (
              <Section title="What runs where">
                <WhatRunsWhere matrix={matrix.data} />
              </Section>
            )}
          </>
        )
      )}
      <Section
        title="Last runs"
        actions={
          <AnchorLink size="sm" to="/t/$tenant/runs" params={{ tenant }}>
            All runs
          </AnchorLink>
        }
      >
        <LastRuns tenant={tenant} />
      </Section>
    </Page>
  );
}

const SAYS: Record<Attention["what"], (item: Attention) => string> = {
  behind: ({ pair }) => `${pair.target} lacks ${count(pair.behind, "change")} of ${pair.source}`,
  drifted: ({ pair }) =>
    `${count(pair.drifted, "copy", "copies")} from ${pair.source} edited in ${pair.target}`,
  orphans: ({ pair }) =>
    `${count(pair.orphans, "copy", "copies")} in ${pair.target} that ${pair.source} no longer sends`,
};

function NeedsAttention({ tenant, matrix }: { tenant: string; matrix: Matrix }) {
  const approvals = useQuery(waitingPlansQuery(tenant));
  const waiting = approvals.data?.items ?? [];
  const items = attentionOf(matrix.pairs, tenant);
  if (items.length === 0 && waiting.length === 0) {
    return (
      <Group className="surface" p="md" gap="xs">
        <IconCircleCheck size={18} color="var(--tone-create)" aria-hidden />
        <Text size="sm">Nothing. All that was synced is up to date, and no copy is edited.</Text>
      </Group>
    );
  }
  return (
    <div className="surface">
      {waiting.map((plan) => (
        <div key={plan.planId} className={styles.attention}>
          <Mark tone="drift" glyph="…">
            approval
          </Mark>
          <Text size="sm" style={{ flex: 1 }} className="breakable">
            {plan.createdBy.email} wants to sync {plan.source} to {plan.target}
          </Text>
          <AnchorLink size="sm" to="/t/$tenant/plans/$id" params={{ tenant, id: plan.planId }}>
            Decide
          </AnchorLink>
        </div>
      ))}
      {items.map((item) => (
        <div key={item.key} className={styles.attention}>
          <Mark tone={item.tone} glyph={item.glyph}>
            {item.what}
          </Mark>
          <Text size="sm" style={{ flex: 1 }} className="breakable">
            {SAYS[item.what](item)}
          </Text>
          {item.what === "drifted" ? (
            <AnchorLink size="sm" to="/t/$tenant/drift" params={{ tenant: item.pair.target }}>
              Settle
            </AnchorLink>
          ) : (
            <AnchorLink
              size="sm"
              to="/t/$tenant/settings/sync"
              params={{ tenant: item.pair.source }}
              search={{ target: item.pair.target }}
            >
              Plan a sync
            </AnchorLink>
          )}
        </div>
      ))}
    </div>
  );
}

function WhatRunsWhere({ matrix }: { matrix: Matrix }) {
  const rank = new Map(byEnvironment(matrix.tenants).map(({ id }, index) => [id, index]));
  const rows = [...matrix.pairs].sort((a, b) => (rank.get(a.target) ?? 0) - (rank.get(b.target) ?? 0));
  return (
    <DataTable
      label="What runs where"
      rows={rows}
      rowKey={(pair) => `${pair.source}>${pair.target}`}
      columns={[
        {
          key: "target",
          header: "Tenant",
          render: (pair) => (
            <AnchorLink size="sm" fw={550} to="/t/$tenant" params={{ tenant: pair.target }}>
              {pair.target}
            </AnchorLink>
          ),
        },
        {
          key: "source",
          header: "Runs what came from",
          render: (pair) => (
            <Text size="sm">
              {pair.source}
              {pair.releaseName ? (
                <>
                  , <b>{pair.releaseName}</b>
                </>
              ) : (
                ""
              )}
            </Text>
          ),
        },
        {
          key: "state",
          header: "State",
          wide: true,
          render: (pair) => (
            <Group gap={4}>
              <PairMarks pair={pair} />
            </Group>
          ),
        },
      ]}
    />
  );
}

function LastRuns({ tenant }: { tenant: string }) {
  const runs = useInfiniteQuery(runsQuery(tenant, {}, 5));
  if (runs.isPending) return <Waiting rows={3} />;
  if (runs.error) return <ProblemPanel error={runs.error} />;
  const rows = runs.data.pages[0]?.items ?? [];
  if (rows.length === 0)
    return (
      <Text c="dimmed" size="sm">
        No promotions yet.
      </Text>
    );
  return (
    <Stack gap={0} className="surface">
      {rows.map((run) => (
        <div key={run.runId} className={styles.attention}>
          <RunMark status={run.status} />
          <AnchorLink
            size="sm"
            fw={550}
            to="/t/$tenant/runs/$id"
            params={{ tenant, id: run.runId }}
            style={{ flex: 1 }}
          >
            {run.source} → {run.target}
          </AnchorLink>
          <Text size="sm" c="dimmed">
            <Time at={run.startedAt} inherit />
          </Text>
        </div>
      ))}
    </Stack>
  );
}
