import { Select, Text } from "@mantine/core";
import { useState } from "react";
import type { Resource } from "~/api/types";
import { useMemberships, useTenantId } from "~/app/tenant";
import { FormDialog } from "~/shared/FormDialog";
import { KIND_INFO } from "~/shared/kinds";
import { notifyDone } from "~/shared/notify";
import { useAdopt } from "./adopt";
import { ReferencePicker } from "./ReferencePicker";

/** Makes a resource of this tenant the copy of one elsewhere, which may have another name. */
export function AdoptDialog({ resource, onClose }: { resource: Resource; onClose: () => void }) {
  const tenant = useTenantId();
  const { kind, id, name } = resource;
  const sources = useMemberships().filter((membership) => membership.id !== tenant);
  const [source, setSource] = useState(sources[0]?.id ?? null);
  const [originId, setOriginId] = useState<string | null>(null);
  const adopt = useAdopt(tenant);
  const go = () => {
    if (source === null || originId === null) return;
    adopt.mutate(
      { kind, id, source, originId },
      {
        onSuccess: () => {
          notifyDone(`${name} follows ${source} now.`);
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={`Make ${name} a copy`}
      action="Adopt"
      danger
      ready={source !== null && originId !== null}
      doing={adopt}
      onClose={onClose}
      onSubmit={go}
    >
      <Text size="sm">
        It keeps its id, and what refers to it goes on doing so. From the next sync on it has the content and
        the versions of its original.
      </Text>
      <Select
        label="Tenant it comes from"
        data={sources.map((membership) => ({ value: membership.id, label: membership.label }))}
        allowDeselect={false}
        value={source}
        onChange={(chosen) => {
          setSource(chosen);
          setOriginId(null);
        }}
      />
      {source !== null && (
        <ReferencePicker
          key={source}
          single
          tenant={source}
          kind={kind}
          label={`The ${KIND_INFO[kind].one} there`}
          hint={undefined}
          readOnly={false}
          value={originId === null ? [] : [originId]}
          onChange={([chosen]) => setOriginId(chosen ?? null)}
        />
      )}
    </FormDialog>
  );
}
