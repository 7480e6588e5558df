import { Button, Group, List, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { asProblem } from "~/api/problem";
import type { Named, ProblemMembers } from "~/api/types";
import { AnchorLink } from "~/shared/links";
import { Mark } from "~/shared/Mark";
import { Notice } from "~/shared/Notice";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";

type Move = NonNullable<ProblemMembers["moved"]>[number]["change"];
const MOVES: Record<Move, string> = {
  created: "was made",
  edited: "was edited",
  deleted: "was deleted",
  synced: "was synced",
  rolled_back: "was rolled back",
  taken: "is taken now",
  left_out: "is no longer taken",
};

/** A new plan is the way on from these. */
const AGAIN = new Set(["plan_used", "plan_expired", "approval_denied"]);

/** Why a plan was not made or not applied, in the words of its kind, with the way on. */
export function StoppedPanel({
  error,
  tenant,
  target,
  onReplan,
  onOverwrite,
  children,
}: {
  error: unknown;
  tenant: string;
  target: string;
  onReplan?: () => void;
  onOverwrite?: () => void;
  children?: ReactNode;
}) {
  const problem = asProblem(error);
  if (problem.code === "plan_stale") {
    const moved = problem.members.moved ?? [];
    return (
      <Notice title="Something in this plan moved since it was made" role="alert">
        <Stack gap="xs">
          <Text size="sm">Nothing was applied. What you saw is what is applied, or nothing.</Text>
          <List size="sm">
            {moved.map((entry) => (
              <List.Item key={entry.side + entry.id}>
                <b className="breakable">{entry.name}</b> {MOVES[entry.change]} in the {entry.side}
                {entry.by?.email ? ` by ${entry.by.email}` : ""} {entry.at && <Time at={entry.at} inherit />}
              </List.Item>
            ))}
          </List>
          {onReplan && (
            <Button w="fit-content" size="xs" onClick={onReplan}>
              Plan again
            </Button>
          )}
        </Stack>
      </Notice>
    );
  }
  const busy = problem.code === "database_busy";
  const passing = problem.status >= 500 || problem.status === 0;
  return (
    <ProblemPanel error={error} {...(passing && onReplan ? { onRetry: onReplan } : {})}>
      {children}
      <Extra members={problem.members} />
      <Group gap="xs">
        {busy && (
          <AnchorLink size="sm" to="/t/$tenant/runs" params={{ tenant }} search={{ target }}>
            See who runs
          </AnchorLink>
        )}
        {onReplan && AGAIN.has(problem.code) && (
          <Button size="xs" variant="default" onClick={onReplan}>
            Make a new plan
          </Button>
        )}
        {problem.code === "drift" && (
          <>
            <AnchorLink size="sm" to="/t/$tenant/drift" params={{ tenant: target }}>
              Settle the drift
            </AnchorLink>
            {onOverwrite && (
              <Button size="xs" variant="default" onClick={onOverwrite}>
                Plan with overwriting
              </Button>
            )}
          </>
        )}
      </Group>
    </ProblemPanel>
  );
}

function Extra({ members }: { members: Partial<ProblemMembers> }) {
  const { until } = members;
  const named: Named[] | undefined = members.drifted ?? members.edits ?? members.dependents;
  return (
    <>
      {until && (
        <Text size="sm">
          It opens again <Time at={until} inherit />.
        </Text>
      )}
      {named && (
        <Group gap={6}>
          {named.slice(0, 20).map((entry) => (
            <Mark key={entry.id} tone="drift" glyph="!">
              {entry.name}
            </Mark>
          ))}
        </Group>
      )}
    </>
  );
}
