import { Group, Stack, Text } from "@mantine/core";
import { IconRubberStamp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Figures, PlanSummary } from "~/api/types";
import { useMe, useTenantId } from "~/app/tenant";
import { ApprovalMark } from "~/features/plans/ApprovalMark";
import { openPlansQuery, waitingPlansQuery } from "~/features/plans/queries";
import { DataTable } from "~/shared/DataTable";
import { AnchorLink } from "~/shared/links";
import { Empty, Page, Section, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";

export function ApprovalsPage() {
  const tenant = useTenantId();
  const me = useMe();
  const waiting = useQuery({ ...waitingPlansQuery(tenant), refetchInterval: 15_000 });
  const open = useQuery(openPlansQuery(tenant));
  const forMe = (waiting.data?.items ?? []).filter((plan) => plan.createdBy.id !== me.person.id);
  const mine = (open.data?.items ?? []).filter((plan) => plan.createdBy.id === me.person.id && plan.approval);
  return (
    <Page
      title="Approvals"
      about="Plans that wait for somebody to agree before they change this tenant."
      commands={{ cli: "syncline approval list", curl: { path: "/api/tenant/approvals?status=pending" } }}
    >
      {waiting.isPending && <Waiting rows={3} />}
      {waiting.error && <ProblemPanel error={waiting.error} onRetry={() => void waiting.refetch()} />}
      {waiting.isSuccess &&
        (forMe.length === 0 ? (
          <Empty icon={IconRubberStamp} title="Nothing waits for you">
            When the inbound policy asks for approval, plans into this tenant wait here. Nobody can approve a
            plan of their own.{" "}
            <AnchorLink to="/t/$tenant/settings/$section" params={{ tenant, section: "policy" }}>
              Open the policy
            </AnchorLink>
          </Empty>
        ) : (
          <Plans tenant={tenant} plans={forMe} />
        ))}
      {mine.length > 0 && (
        <Section title="Made by you">
          <Plans tenant={tenant} plans={mine} />
        </Section>
      )}
    </Page>
  );
}

function Plans({ tenant, plans }: { tenant: string; plans: PlanSummary[] }) {
  const navigate = useNavigate();
  return (
    <DataTable
      label="Plans"
      rows={plans}
      rowKey={(plan) => plan.planId}
      onOpen={(plan) => void navigate({ to: "/t/$tenant/plans/$id", params: { tenant, id: plan.planId } })}
      columns={[
        {
          key: "plan",
          header: "Plan",
          render: (plan) => (
            <Stack gap={2}>
              <AnchorLink
                fw={550}
                c="var(--mantine-color-text)"
                to="/t/$tenant/plans/$id"
                params={{ tenant, id: plan.planId }}
              >
                {plan.source} → {plan.target}
              </AnchorLink>
              <Text size="xs" c="dimmed">
                by {plan.createdBy.email} <Time at={plan.createdAt} inherit />
              </Text>
            </Stack>
          ),
        },
        {
          key: "sum",
          header: "Changes",
          wide: true,
          render: (plan) => <Text size="sm">{changesInWords(plan.summary)}</Text>,
        },
        {
          key: "state",
          header: "Approvals",
          render: (plan) =>
            plan.approval && (
              <Group gap={6}>
                <ApprovalMark status={plan.approval.status} />
                <Text size="xs" c="dimmed">
                  {plan.approval.granted} of {plan.approval.required}
                </Text>
              </Group>
            ),
        },
        {
          key: "until",
          header: "Closes",
          wide: true,
          render: ({ approval }) =>
            approval?.status === "pending" && <Time at={approval.expiresAt} size="sm" c="dimmed" />,
        },
      ]}
    />
  );
}

function changesInWords({ created, updated, pruned, restored, deleted, recreated }: Figures): string {
  const parts = Object.entries({
    created,
    updated,
    removed: pruned,
    restored,
    deleted,
    "brought back": recreated,
  });
  return parts.flatMap(([word, figure]) => (figure ? [`${figure} ${word}`] : [])).join(", ") || "nothing";
}
