import { Alert, Button, Checkbox, Group, List, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { asProblem } from "~/api/problem";
import type { Named, Run } from "~/api/types";
import { useMemberships } from "~/app/tenant";
import { ItemDetail } from "~/features/sync/ItemDetail";
import { PlanList } from "~/features/sync/PlanList";
import { keyOf } from "~/features/sync/rows";
import { StoppedPanel } from "~/features/sync/StoppedPanel";
import styles from "~/features/sync/sync.module.css";
import { count } from "~/shared/format";
import { Waiting } from "~/shared/Page";
import { goingBack } from "./goingBack";
import { isReport, runQuery, useAfterRun } from "./queries";

/** Undoing a run: what goes back, and the question. */
export function RollbackNow({
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
  const run = useQuery(runQuery(tenant, id));
  const afterRun = useAfterRun();
  const [key] = useState(() => crypto.randomUUID());
  const [selected, setSelected] = useState<string | null>(null);
  const [overwrite, setOverwrite] = useState(false);
  const [typed, setTyped] = useState("");
  const undo = useMutation({
    mutationFn: () =>
      call<Run>(tenant, "post", "/api/tenant/sync/runs/{id}/rollback", {
        path: { id },
        body: overwrite ? { overwriteEdits: true } : {},
        headers: { "Idempotency-Key": overwrite ? `${key}-overwrite` : key },
      }),
    onSuccess: (made) => {
      afterRun();
      onStarted(made.runId);
    },
  });
  const environment = useMemberships().find((membership) => membership.id === run.data?.target)?.environment;
  if (run.error)
    return <StoppedPanel error={run.error} tenant={tenant} target="" onReplan={() => void run.refetch()} />;
  if (!run.data) return <Waiting />;
  const { source, target } = run.data;
  const items = isReport(run.data) ? goingBack(run.data.items) : [];
  const current = items.find((item) => keyOf(item) === selected) ?? items[0];
  const problem = undo.error ? asProblem(undo.error) : null;
  const edited = problem?.code === "edited_since";
  const ready = environment !== "production" || typed === target;
  return (
    <Stack gap="md">
      {problem && !edited && (
        <StoppedPanel error={problem} tenant={tenant} target={target} onReplan={() => undo.mutate()} />
      )}
      {(edited || overwrite) && (
        <Alert
          color="yellow"
          variant="outline"
          title="Edited since that run"
          role="alert"
          styles={{ root: { background: "var(--wash-drift)" }, title: { color: "var(--tone-drift)" } }}
        >
          <Stack gap="xs">
            <Text size="sm">{problem?.detail ?? "What was changed since is lost."}</Text>
            <List size="sm">
              {((problem?.extra["edits"] ?? []) as Named[]).map((edit) => (
                <List.Item key={edit.id} className="breakable">
                  {edit.name}
                </List.Item>
              ))}
            </List>
            <Checkbox
              label="Go back all the same; these edits are lost"
              checked={overwrite}
              onChange={(event) => setOverwrite(event.currentTarget.checked)}
            />
          </Stack>
        </Alert>
      )}
      <Text>
        {target} goes back to what it was before this run: {count(items.length, "change")}, all of them or none.
      </Text>
      {items.length > 0 && (
        <div className={styles.split}>
          <PlanList items={items} selected={current ? keyOf(current) : null} onSelect={setSelected} />
          <ItemDetail item={current} source={source} target={target} />
        </div>
      )}
      <div className={`surface ${styles.bar}`}>
        <Text size="sm" c="dimmed">
          Not brought back: variables and members.
        </Text>
        <Group gap="xs" align="flex-end">
          {environment === "production" && (
            <TextInput
              label={`Type ${target} to go on`}
              value={typed}
              autoComplete="off"
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            color="red.8"
            loading={undo.isPending}
            onClick={() => undo.mutate()}
            disabled={items.length === 0 || !ready || (edited && !overwrite)}
          >
            Undo {count(items.length, "change")}
          </Button>
        </Group>
      </div>
    </Stack>
  );
}
