import { Button, CopyButton, Group, List, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { atLeast } from "~/api/session";
import type { PlanSummary } from "~/api/types";
import { useMe, useMemberships } from "~/app/tenant";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { ApprovalMark } from "./ApprovalMark";

/** Whether others agree to a plan, who did, and the place to do so for those who may. */
export function ApprovalPanel({ plan }: { plan: PlanSummary }) {
  const me = useMe();
  const target = useMemberships().find(({ id }) => id === plan.target);
  const { approval } = plan;
  if (!approval) return null;
  const decided = approval.decisions.some(({ by }) => by.id === me.person.id);
  const own = plan.createdBy.id === me.person.id;
  const mayDecide =
    approval.status === "pending" && target && atLeast(target.role, "ADMIN") && !own && !decided;
  const link = `${window.location.origin}/t/${plan.target}/plans/${plan.planId}`;
  return (
    <section className="surface" style={{ padding: "14px 18px" }} aria-label="Approval">
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            <Title order={2}>Approval</Title>
            <ApprovalMark status={approval.status} />
            <Text size="sm" c="dimmed">
              {approval.granted} of {approval.required} given
              {approval.status === "pending" && (
                <>
                  , closes <Time at={approval.expiresAt} inherit />
                </>
              )}
            </Text>
          </Group>
          {approval.status === "pending" && (
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? "Copied" : "Copy the link for approvers"}
                </Button>
              )}
            </CopyButton>
          )}
        </Group>
        {approval.decisions.length > 0 && (
          <List size="sm">
            {approval.decisions.map((decision) => (
              <List.Item key={decision.by.id + decision.at}>
                {decision.by.email} {decision.decision} it <Time at={decision.at} inherit />
                {decision.comment && (
                  <Text size="sm" c="dimmed" className="breakable">
                    “{decision.comment}”
                  </Text>
                )}
              </List.Item>
            ))}
          </List>
        )}
        {own && approval.status === "pending" && (
          <Text size="sm" c="dimmed">
            You made this plan, so somebody else must approve it.
          </Text>
        )}
        {mayDecide && <Decide plan={plan} />}
      </Stack>
    </section>
  );
}

function Decide({ plan }: { plan: PlanSummary }) {
  const queries = useQueryClient();
  const [comment, setComment] = useState("");
  const decide = useMutation({
    mutationFn: (verb: "approve" | "deny") =>
      call(plan.target, "post", `/api/tenant/sync/plans/{id}/${verb}` as const, {
        path: { id: plan.planId },
        body: comment ? { comment } : {},
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["plans"] });
      void queries.invalidateQueries({ queryKey: ["approvals"] });
    },
  });
  return (
    <Stack gap="xs">
      <Textarea
        label="Comment"
        description="Shown with your decision."
        autosize
        minRows={2}
        value={comment}
        maxLength={1000}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      {decide.error && <ProblemPanel error={decide.error} />}
      <Group gap="xs">
        <Button loading={decide.isPending} onClick={() => decide.mutate("approve")}>
          Approve
        </Button>
        <Button variant="default" loading={decide.isPending} onClick={() => decide.mutate("deny")}>
          Deny
        </Button>
      </Group>
    </Stack>
  );
}
