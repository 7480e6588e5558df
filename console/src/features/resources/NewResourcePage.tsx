import { Button, Group, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Kind } from "~/api/types";
import { useTenantId } from "~/app/tenant";
import { KIND_INFO } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { Page } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { BodyEditor, bodyState } from "./BodyEditor";
import { STARTERS } from "./bodyForm";
import { useKind } from "./kind";
import { useResourceActions } from "./queries";

export function NewResourcePage() {
  const kind = useKind();
  return <NewResource key={kind} kind={kind} />;
}

function NewResource({ kind }: { kind: Kind }) {
  const tenant = useTenantId();
  const info = KIND_INFO[kind];
  const { create } = useResourceActions(tenant, kind);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [syncable, setSyncable] = useState(false);
  const [body, setBody] = useState(() => bodyState(STARTERS[kind]));
  const save = () => create.mutate({ name: name.trim(), description, syncable, body: body.body });
  return (
    <Page
      title={`New ${info.one}`}
      about={info.about}
      before={
        <AnchorLink to="/t/$tenant/resources/$kind" params={{ tenant, kind }} size="sm">
          ← {info.label}
        </AnchorLink>
      }
      commands={{
        cli: `syncline ${kind} apply FILE`,
        curl: {
          method: "POST",
          path: `/api/${kind}`,
          body: { name: name || "…", description, syncable, body: body.body },
        },
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="md" maw={760} className="surface" p="lg">
          {create.error && <ProblemPanel error={create.error} />}
          <TextInput
            label="Name"
            required
            maxLength={200}
            value={name}
            data-autofocus
            autoFocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label="Description"
            autosize
            minRows={2}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Switch
            label="Syncable"
            description="A sync takes it along, with all it uses."
            checked={syncable}
            onChange={(event) => setSyncable(event.currentTarget.checked)}
          />
          <BodyEditor kind={kind} state={body} onChange={setBody} />
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={!name.trim() || body.mistake !== null}>
              Create {info.one}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
