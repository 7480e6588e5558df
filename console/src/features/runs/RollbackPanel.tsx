import { Button, Checkbox, Group, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "~/api/problem";
import { ConfirmSync } from "~/features/plans/ConfirmSync";
import { PlanView } from "~/features/plans/PlanView";
import { makeRollbackPlan } from "~/features/plans/queries";
import { changeCount } from "~/features/plans/rows";
import { StoppedPanel } from "~/features/plans/StoppedPanel";
import { count } from "~/shared/format";
import { Notice } from "~/shared/Notice";
import { Waiting } from "~/shared/Page";
import split from "~/shared/split.module.css";
import { Time } from "~/shared/Time";

/** The plan of going back, before anything goes back. */
export function RollbackPanel({
  tenant,
  id,
  onClose,
  onStarted,
}: {
  tenant: string;
  id: string;
  onClose: () => void;
  onStarted: (runId: string) => void;
}) {
  const [overwrite, setOverwrite] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const [stopped, setStopped] = useState<unknown>(null);
  const plan = useQuery({
    queryKey: ["plans", tenant, "rollback", id, overwrite],
    queryFn: () => makeRollbackPlan(tenant, id, overwrite),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchInterval: false,
    gcTime: 0,
  });
  const again = () => {
    setStopped(null);
    void plan.refetch();
  };
  const error = stopped ?? plan.error;
  const edits = plan.data?.edits ?? [];
  const target = plan.data?.target ?? "";
  const mayOverwrite = error !== null && asProblem(error).code === "edited_since";
  return (
    <Stack gap="md">
      {error !== null && <StoppedPanel error={error} tenant={tenant} target={target} onReplan={again} />}
      {(edits.length > 0 || mayOverwrite || overwrite) && (
        <Notice title="Edited since that run">
          <Stack gap="xs">
            {edits.length > 0 && (
              <List size="sm">
                {edits.map((edit) => (
                  <List.Item key={edit.id}>
                    <b className="breakable">{edit.name}</b> by {edit.by?.email ?? "someone"}{" "}
                    <Time at={edit.at} inherit />
                  </List.Item>
                ))}
              </List>
            )}
            <Checkbox
              label="Go back all the same; these edits are lost"
              checked={overwrite}
              onChange={(event) => setOverwrite(event.currentTarget.checked)}
            />
          </Stack>
        </Notice>
      )}
      {plan.isPending && !error && <Waiting />}
      {plan.data && (
        <>
          <PlanView tenant={tenant} plan={plan.data} />
          <div className={`surface ${split.bar}`}>
            <Text size="sm" c="dimmed">
              Not brought back: variables, members, and files deleted since.
            </Text>
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                Leave it
              </Button>
              <Button
                color="red.8"
                disabled={changeCount(plan.data.summary) === 0}
                onClick={() => setConfirming(true)}
              >
                Undo {count(changeCount(plan.data.summary), "change")}
              </Button>
            </Group>
          </div>
        </>
      )}
      {confirming && plan.data && (
        <ConfirmSync
          tenant={tenant}
          plan={plan.data}
          onClose={() => setConfirming(false)}
          onStarted={onStarted}
          onProblem={(problem) => {
            setConfirming(false);
            setStopped(problem);
          }}
        />
      )}
    </Stack>
  );
}
