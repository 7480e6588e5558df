import { Group, SimpleGrid, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconArrowsRightLeft } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { atLeast } from "~/api/session";
import type { Membership, Pair, Tenant } from "~/api/types";
import { tenantQuery, useMay, useMembership, useMemberships } from "~/app/tenant";
import { matrixQuery } from "~/features/plans/queries";
import { byEnvironment } from "~/shared/environments";
import { count } from "~/shared/format";
import { EnvironmentMark, Mark, roleInWords } from "~/shared/Mark";
import { Empty, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import styles from "./sync.module.css";

/** The tenants that this person is a member of: where they may send to, and why not where they may not. */
export function TargetCards({ onChoose }: { onChoose: (target: string) => void }) {
  const here = useMembership();
  const maySend = useMay("ADMIN");
  const targets = byEnvironment(useMemberships()).filter(({ id }) => id !== here.id);
  const matrix = useQuery(matrixQuery(here.id));
  const tenants = useQueries({ queries: targets.map(({ id }) => tenantQuery(id)) });
  if (targets.length === 0) {
    return (
      <Empty icon={IconArrowsRightLeft} title="There is nowhere to send to yet">
        A promotion needs a second tenant, such as staging, in which you are a member too. A superuser makes
        one: <span className="mono">syncline tenant create acme-staging --environment staging</span>
      </Empty>
    );
  }
  if (tenants.some(({ isPending }) => isPending)) return <Waiting rows={2} height={120} />;
  const failed = tenants.find(({ error }) => error)?.error;
  return (
    <Stack>
      {failed && <ProblemPanel error={failed} />}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {targets.map((target, index) => {
          const tenant = tenants[index]?.data;
          return (
            <TargetCard
              key={target.id}
              target={target}
              tenant={tenant}
              onChoose={() => onChoose(target.id)}
              pair={matrix.data?.pairs.find((pair) => pair.source === here.id && pair.target === target.id)}
              refusal={
                maySend
                  ? refusalOf(here.id, target, tenant)
                  : `You are ${here.role} in ${here.label}; a sync needs Admin or Owner there.`
              }
            />
          );
        })}
      </SimpleGrid>
    </Stack>
  );
}

function refusalOf(source: string, target: Membership, tenant: Tenant | undefined): string | null {
  const wanted = tenant?.syncPolicy.minimumRole ?? "ADMIN";
  if (!atLeast(target.role, wanted)) return `You are ${target.role} there; its policy asks for ${wanted}.`;
  const allowed = tenant?.syncPolicy.allowedSources;
  if (allowed && !allowed.includes(source)) return `It takes only from ${allowed.join(", ") || "nobody"}.`;
  return null;
}

function TargetCard({
  target,
  tenant,
  pair,
  refusal,
  onChoose,
}: {
  target: Membership;
  tenant: Tenant | undefined;
  pair: Pair | undefined;
  refusal: string | null;
  onChoose: () => void;
}) {
  return (
    <UnstyledButton
      className={styles.target}
      data-environment={target.environment}
      disabled={refusal !== null}
      onClick={onChoose}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={650} className="breakable">
            {target.label}
          </Text>
          <Text size="xs" c="dimmed" className="breakable">
            <span className="mono">{target.id}</span> · {roleInWords(target.role)}
          </Text>
        </div>
        <EnvironmentMark environment={target.environment} />
      </Group>
      {refusal ? (
        <Text size="sm" c="dimmed">
          {refusal}
        </Text>
      ) : (
        <>
          <Group gap={6}>
            {pair === undefined ? (
              <Mark tone="neutral">never synced</Mark>
            ) : (
              <>
                {pair.behind === null ? null : pair.behind > 0 ? (
                  <Mark tone="update" glyph="~">
                    {count(pair.behind, "change")} behind
                  </Mark>
                ) : (
                  <Mark tone="create" glyph="✓">
                    up to date
                  </Mark>
                )}
                {(pair.drifted ?? 0) > 0 && (
                  <Mark tone="drift" glyph="!">
                    {pair.drifted} drifted
                  </Mark>
                )}
                {pair.releaseName && <Mark tone="brand">{pair.releaseName}</Mark>}
              </>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {pair?.lastRunAt ? (
              <>
                Last sync <Time at={pair.lastRunAt} inherit />
              </>
            ) : (
              "No sync from here so far"
            )}
            {tenant && policyInWords(tenant)}
          </Text>
        </>
      )}
    </UnstyledButton>
  );
}

function policyInWords({ syncPolicy }: Tenant): string {
  const parts = [];
  if (syncPolicy.approvals && syncPolicy.approvals.when !== "never") {
    parts.push(
      `needs ${count(syncPolicy.approvals.count, "approval")}` +
        (syncPolicy.approvals.when === "risk" ? " for risky changes" : ""),
    );
  }
  if (syncPolicy.freezeWindows?.length)
    parts.push(`freezes: ${syncPolicy.freezeWindows.map(({ name }) => name).join(", ")}`);
  return parts.length > 0 ? ` · ${parts.join(" · ")}` : "";
}
