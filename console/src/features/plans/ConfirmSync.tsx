import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "~/api/problem";
import type { AnyPlan, Figures } from "~/api/types";
import { useMemberships } from "~/app/tenant";
import { Confirm } from "~/shared/Confirm";
import { count, formatNumber } from "~/shared/format";
import { applyPlan } from "./queries";
import { changeCount } from "./rows";

/** Something is in the way of this plan, or of any at this moment. */
const STATES = new Set([409, 503]);

/** The last question. Its key is made when it opens, so that a double click is one run. */
export function ConfirmSync({
  tenant,
  plan,
  onClose,
  onStarted,
  onProblem,
}: {
  tenant: string;
  plan: AnyPlan;
  onClose: () => void;
  onStarted: (runId: string) => void;
  onProblem: (error: unknown) => void;
}) {
  const [key] = useState(() => crypto.randomUUID());
  const production = useMemberships().find(({ id }) => id === plan.target)?.environment === "production";
  const rollback = plan.kind === "rollback";
  const changes = count(changeCount(plan.summary), "change");
  const start = useMutation({
    mutationFn: () => applyPlan(tenant, plan, key),
    onSuccess: onStarted,
    onError: (error) => {
      // These are states of the panel, which shows them better than a dialog can.
      if (STATES.has(asProblem(error).status)) onProblem(error);
    },
  });
  const { created = 0, updated = 0, pruned = 0, unchanged = 0 }: Figures = plan.summary;
  const figures = [
    ...(created > 0 ? [`${formatNumber(created)} created`] : []),
    ...(updated > 0 ? [`${formatNumber(updated)} updated`] : []),
  ];
  return (
    <Confirm
      title={rollback ? `Undo: ${changes} in ${plan.target}` : `Promote ${changes} to ${plan.target}`}
      action={rollback ? `Undo in ${plan.target}` : `Promote to ${plan.target}`}
      danger={production || rollback}
      {...(production ? { typed: plan.target } : {})}
      doing={start}
      onClose={onClose}
      onConfirm={() => start.mutate()}
    >
      <Text size="sm" component="div">
        {rollback ? (
          <>The target goes back to what it was before that run. Variables and members are not touched.</>
        ) : (
          <>
            From {plan.source}: {figures.join(", ")}
            {pruned > 0 ? (
              <>
                {figures.length > 0 ? ", " : ""}
                <b>{pruned} removed</b>
              </>
            ) : null}
            . All of it or nothing.
          </>
        )}
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        Not touched: what {plan.target} made itself, its variables and members
        {unchanged > 0 ? `, and ${count(unchanged, "unchanged copy", "unchanged copies")}` : ""}.
        {rollback ? "" : " It can be undone from the report."}
      </Text>
    </Confirm>
  );
}
