import { ActionIcon, Button, List, Menu, Text, Textarea } from "@mantine/core";
import { IconArrowDownLeft, IconDots, IconTrash, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Kind, Resource } from "~/api/types";
import { useMay, useMemberships, useTenantId } from "~/app/tenant";
import { Confirm } from "~/shared/Confirm";
import { FormDialog } from "~/shared/FormDialog";
import { KIND_INFO } from "~/shared/kinds";
import { Waiting } from "~/shared/Page";
import { AdoptDialog } from "./AdoptDialog";
import { useResourceActions } from "./queries";
import { graphQuery } from "./related";

export function ResourceActions({ kind, resource }: { kind: Kind; resource: Resource }) {
  const [asking, setAsking] = useState<"publish" | "adopt" | "delete" | null>(null);
  const publishable = KIND_INFO[kind].versioned && resource.draft;
  const elsewhere = useMemberships().length > 1;
  const mayAdopt = useMay("ADMIN");
  const adoptable = mayAdopt && elsewhere && resource.syncedFrom === null && resource.detachedFrom === null;
  const close = () => setAsking(null);
  return (
    <>
      {KIND_INFO[kind].versioned && (
        <Button
          leftSection={<IconUpload size={16} />}
          disabled={!publishable}
          onClick={() => setAsking("publish")}
        >
          Publish
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label="More">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {adoptable && (
            <Menu.Item leftSection={<IconArrowDownLeft size={16} />} onClick={() => setAsking("adopt")}>
              Make it a copy…
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            c="var(--tone-blocked)"
            onClick={() => setAsking("delete")}
          >
            Delete this {KIND_INFO[kind].one}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === "publish" && <Publish kind={kind} resource={resource} onClose={close} />}
      {asking === "adopt" && <AdoptDialog resource={resource} onClose={close} />}
      {asking === "delete" && <Delete kind={kind} resource={resource} onClose={close} />}
    </>
  );
}

function Publish({ kind, resource, onClose }: { kind: Kind; resource: Resource; onClose: () => void }) {
  const { publish } = useResourceActions(useTenantId(), kind);
  const [note, setNote] = useState("");
  const version = (resource.publishedVersion ?? 0) + 1;
  const go = () =>
    publish.mutate({ id: resource.id, name: resource.name, version, note }, { onSuccess: onClose });
  return (
    <FormDialog
      title={`Publish version ${version}`}
      action={`Publish version ${version}`}
      doing={publish}
      onClose={onClose}
      onSubmit={go}
    >
      <Text size="sm">The draft of {resource.name} becomes a version that never changes again.</Text>
      <Textarea
        label="Note"
        description="What is new, for those who compare versions."
        maxLength={1000}
        value={note}
        data-autofocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function Delete({ kind, resource, onClose }: { kind: Kind; resource: Resource; onClose: () => void }) {
  const tenant = useTenantId();
  const { remove } = useResourceActions(tenant, kind);
  const users = useQuery(graphQuery(tenant, kind, resource.id, "dependents", 1));
  const dependents = (users.data?.nodes ?? []).flatMap((node) =>
    "missing" in node || node.id === resource.id ? [] : [node],
  );
  const force = dependents.length > 0;
  const go = () => remove.mutate({ id: resource.id, name: resource.name, force });
  return (
    <Confirm
      title={`Delete ${resource.name}?`}
      action={force ? "Delete and leave them dangling" : "Delete"}
      doing={{ isPending: remove.isPending || users.isPending, error: remove.error ?? users.error }}
      onClose={onClose}
      onConfirm={go}
    >
      {users.isPending && <Waiting rows={2} height={20} />}
      {force && (
        <>
          <Text size="sm" mb="xs">
            These use it and would point at nothing:
          </Text>
          <List size="sm">
            {dependents.map((node) => (
              <List.Item key={node.id}>
                {KIND_INFO[node.kind].one} <b className="breakable">{node.name}</b>
              </List.Item>
            ))}
          </List>
        </>
      )}
      {users.data && !force && (
        <Text size="sm">
          Nothing here uses this {KIND_INFO[kind].one}. It and all its versions go; copies in other tenants
          stay.
        </Text>
      )}
    </Confirm>
  );
}
