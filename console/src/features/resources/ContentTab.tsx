import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { asProblem } from "~/api/problem";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { notifyDone } from "~/shared/notify";
import { BodyEditor, bodyState } from "./BodyEditor";
import { useResourceActions, type Draft } from "./queries";
import type { TabProps } from "./tab";

export function ContentTab({ tenant, kind, resource, etag, mayEdit }: TabProps) {
  const { edit } = useResourceActions(tenant, kind);
  const [name, setName] = useState(resource.name);
  const [description, setDescription] = useState(resource.description);
  const [body, setBody] = useState(() => bodyState(resource.body));
  const original = JSON.stringify(resource.body);
  const change: Partial<Draft> = {
    ...(name !== resource.name ? { name } : {}),
    ...(description !== resource.description ? { description } : {}),
    ...(JSON.stringify(body.body) !== original ? { body: body.body } : {}),
  };
  const changed = Object.keys(change).length > 0;
  const stale = edit.error && asProblem(edit.error).status === 412;
  const save = (against: string | null) =>
    edit.mutate(
      { id: resource.id, etag: against, change },
      { onSuccess: () => notifyDone(`${name} is saved.`) },
    );
  const reset = () => {
    setName(resource.name);
    setDescription(resource.description);
    setBody(bodyState(resource.body));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && !body.mistake) save(etag);
      }}
    >
      <Stack gap="md" className="surface" p="lg" maw={860}>
        {edit.error && (
          <ProblemPanel error={edit.error}>
            {stale && (
              <Button size="xs" color="red.8" w="fit-content" onClick={() => save(null)}>
                Save over their change
              </Button>
            )}
          </ProblemPanel>
        )}
        <TextInput
          label="Name"
          required
          maxLength={200}
          value={name}
          readOnly={!mayEdit}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          autosize
          minRows={1}
          value={description}
          readOnly={!mayEdit}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <BodyEditor kind={kind} state={body} onChange={setBody} readOnly={!mayEdit} />
        {mayEdit && (
          <Group justify="flex-end" gap="xs">
            <Button variant="default" disabled={!changed} onClick={reset}>
              Discard
            </Button>
            <Button
              type="submit"
              disabled={!changed || body.mistake !== null || !name}
              loading={edit.isPending}
            >
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
