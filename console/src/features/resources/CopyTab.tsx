import { Alert, Button, Code, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { Body } from "~/api/types";
import { JsonEditor } from "~/shared/code";
import { Confirm } from "~/shared/Confirm";
import { notifyDone } from "~/shared/notify";
import { Outrun } from "~/shared/Outrun";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { useDraft } from "~/shared/useDraft";
import { bodyState, withText } from "./BodyEditor";
import type { TabProps } from "./tab";

/** What makes a copy differ from its source on purpose: an override, or being detached. */
export function CopyTab(props: TabProps) {
  return (
    <Stack gap="lg" maw={860}>
      {props.resource.syncedFrom && <OverrideEditor {...props} />}
      <Attachment {...props} />
    </Stack>
  );
}

function OverrideEditor({ tenant, kind, resource, mayEdit }: TabProps) {
  const queries = useQueryClient();
  const current = resource.override?.patch ?? null;
  const { value, set, changed, outrun, discard } = useDraft(
    { patch: bodyState(current ?? {}) },
    ({ patch }) => patch.mistake ?? patch.body,
  );
  const state = value.patch;
  const path = { kind, id: resource.id };
  const options = { onSuccess: () => queries.invalidateQueries({ queryKey: ["resources", tenant] }) };
  const save = useMutation({
    mutationFn: (patch: Body) => call(tenant, "put", "/api/{kind}/{id}/override", { path, body: { patch } }),
    onSuccess: () => {
      notifyDone("The override is saved. Syncs leave these values alone.");
      return options.onSuccess();
    },
  });
  const clear = useMutation({
    mutationFn: () => call(tenant, "delete", "/api/{kind}/{id}/override", { path }),
    onSuccess: () => {
      discard();
      return options.onSuccess();
    },
  });
  const error = save.error ?? clear.error;
  return (
    <section className="surface" style={{ padding: 20 }} aria-label="Override">
      <Stack gap="sm">
        <Title order={2}>Values of its own</Title>
        <Text size="sm" c="dimmed">
          What you write here is laid over each version that comes from {resource.syncedFrom}, and does not
          count as drift. It is a merge patch: <Code>{'{"model": "gpt-4o-mini"}'}</Code> replaces the model,{" "}
          <Code>null</Code> removes a member.
        </Text>
        {resource.override && (
          <Text size="sm" c="dimmed">
            Set <Time at={resource.override.updatedAt} inherit /> by{" "}
            {resource.override.updatedBy?.email ?? "someone"}.
          </Text>
        )}
        {error && <ProblemPanel error={error} />}
        {outrun && !save.isPending && !clear.isPending && (
          <Outrun ready={state.mistake === null} onKeep={() => save.mutate(state.body)} onGiveWay={discard}>
            The override is another now.
          </Outrun>
        )}
        {state.mistake && (
          <Alert color="red" variant="outline" title="This is not JSON yet">
            {state.mistake}
          </Alert>
        )}
        <JsonEditor
          label="Override as JSON"
          value={state.text}
          readOnly={!mayEdit}
          onChange={(text) => set({ patch: withText(state, text) })}
        />
        {mayEdit && (
          <Group justify="flex-end" gap="xs">
            {resource.override && (
              <Button variant="default" loading={clear.isPending} onClick={() => clear.mutate()}>
                Remove the override
              </Button>
            )}
            <Button
              loading={save.isPending}
              onClick={() => save.mutate(state.body)}
              disabled={state.mistake !== null || !changed || outrun}
            >
              Save the override
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  );
}

function Attachment({ tenant, kind, resource, mayEdit }: TabProps) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const verb = resource.syncedFrom ? "detach" : "attach";
  const source = resource.syncedFrom ?? resource.detachedFrom?.source ?? "";
  const change = useMutation({
    mutationFn: () => call(tenant, "post", `/api/{kind}/{id}/${verb}`, { path: { kind, id: resource.id } }),
    onSuccess: () => {
      setAsking(false);
      notifyDone(
        verb === "detach"
          ? "Detached: it is a resource of this tenant now."
          : "Attached: the next sync updates it.",
      );
      return queries.invalidateQueries({ queryKey: ["resources", tenant] });
    },
  });
  return (
    <section className="surface" style={{ padding: 20 }} aria-label="Following the source">
      <Group justify="space-between" gap="md">
        <div style={{ flex: "1 1 320px" }}>
          <Title order={2}>{verb === "detach" ? `Follows ${source}` : `Detached from ${source}`}</Title>
          <Text size="sm" c="dimmed">
            {verb === "detach"
              ? "Detached, it keeps what it is now and syncs pass it by. It can be attached again."
              : "Attached again, the next sync brings it to the state of its source."}
          </Text>
        </div>
        {mayEdit && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {verb === "detach" ? "Detach…" : "Attach…"}
          </Button>
        )}
      </Group>
      {asking && (
        <Confirm
          danger={false}
          title={`${verb === "detach" ? "Detach" : "Attach"} ${resource.name}?`}
          action={verb === "detach" ? "Detach" : "Attach"}
          doing={change}
          onClose={() => setAsking(false)}
          onConfirm={() => change.mutate()}
        >
          <Text size="sm">
            {verb === "detach"
              ? `It will no longer follow ${source}.`
              : `The next sync from ${source} will overwrite what was edited here.`}
          </Text>
        </Confirm>
      )}
    </section>
  );
}
