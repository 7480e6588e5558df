import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { asProblem } from "~/api/problem";
import type { Resource, ResourceChange } from "~/api/types";
import { Outrun } from "~/shared/Outrun";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { useDraft } from "~/shared/useDraft";
import { BodyEditor, bodyState, type BodyState } from "./BodyEditor";
import { useResourceActions } from "./queries";
import type { TabProps } from "./tab";

interface Content {
  name: string;
  description: string;
  body: BodyState;
}

function contentOf({ name, description, body }: Resource): Content {
  return { name, description, body: bodyState(body) };
}

/** What counts as a change: not how the JSON is spaced. */
function meaningOf({ name, description, body }: Content): unknown[] {
  return [name, description, body.mistake === null ? body.body : body.text];
}

export function ContentTab({ tenant, kind, resource, etag, mayEdit }: TabProps) {
  const { edit } = useResourceActions(tenant, kind);
  const { value, set, changed, outrun, discard } = useDraft(contentOf(resource), meaningOf);
  const { name, description, body } = value;
  const change: ResourceChange = {
    ...(name !== resource.name ? { name } : {}),
    ...(description !== resource.description ? { description } : {}),
    ...(JSON.stringify(body.body) !== JSON.stringify(resource.body) ? { body: body.body } : {}),
  };
  const refused = edit.error !== null && asProblem(edit.error).status === 412;
  const contested = !edit.isPending && (outrun || refused);
  const ready = changed && body.mistake === null && name !== "";
  const save = () => edit.mutate({ id: resource.id, etag, change });
  const giveWay = () => {
    discard();
    edit.reset();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !contested) save();
      }}
    >
      <Stack gap="md" className="surface" p="lg" maw={860}>
        {contested && (
          <Outrun ready={ready} onKeep={save} onGiveWay={giveWay}>
            {resource.updatedBy?.email ?? "Somebody"} saved another version{" "}
            <Time at={resource.updatedAt} inherit />.
          </Outrun>
        )}
        {edit.error && !refused && <ProblemPanel error={edit.error} />}
        <TextInput
          label="Name"
          required
          maxLength={200}
          value={name}
          readOnly={!mayEdit}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Textarea
          label="Description"
          autosize
          minRows={1}
          value={description}
          readOnly={!mayEdit}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <BodyEditor kind={kind} state={body} onChange={(next) => set({ body: next })} readOnly={!mayEdit} />
        {mayEdit && (
          <Group justify="flex-end" gap="xs">
            <Button variant="default" disabled={!changed} onClick={giveWay}>
              Discard
            </Button>
            <Button type="submit" disabled={!ready || contested} loading={edit.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
