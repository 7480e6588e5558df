import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { atLeast } from "~/api/session";
import type { Kind, ResourceSummary } from "~/api/types";
import { useMemberships } from "~/app/tenant";
import { ownByNameQuery, useAdopt } from "~/features/resources/adopt";
import { Confirm } from "~/shared/Confirm";
import { KIND_INFO } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { Notice } from "~/shared/Notice";
import { notifyDone } from "~/shared/notify";
import { Time } from "~/shared/Time";

/** The original that is to be created in the target. */
export interface Newcomer {
  kind: Kind;
  name: string;
  sourceId: string;
  source: string;
  target: string;
}

/** Says when the target has something of this name already, which could become the copy instead of a second one. */
export function AdoptInstead({ newcomer, onAdopted }: { newcomer: Newcomer; onAdopted: () => void }) {
  const { kind, name, source, target } = newcomer;
  const membership = useMemberships().find(({ id }) => id === target);
  const own = useQuery({ ...ownByNameQuery(target, kind, name), enabled: membership !== undefined });
  const [asking, setAsking] = useState<ResourceSummary | null>(null);
  if (!membership || !own.data || own.data.length === 0) return null;
  const may = atLeast(membership.role, "ADMIN");
  const { one } = KIND_INFO[kind];
  return (
    <Notice title={`${target} has a ${one} of this name already`}>
      <Text size="sm" mb={6}>
        The sync would make a second one beside it. Adopted, it becomes the copy: it keeps its id, and what
        refers to it goes on doing so.{may ? "" : ` An admin of ${target} can adopt it.`}
      </Text>
      {own.data.map((resource) => (
        <Group key={resource.id} gap="xs">
          <AnchorLink
            size="sm"
            to="/t/$tenant/resources/$kind/$id"
            params={{ tenant: target, kind, id: resource.id }}
          >
            Open it
          </AnchorLink>
          <Text size="sm" c="dimmed">
            changed <Time at={resource.updatedAt} inherit /> by {resource.updatedBy.email ?? "someone"}
          </Text>
          {may && (
            <Button size="compact-sm" variant="default" onClick={() => setAsking(resource)}>
              Adopt instead…
            </Button>
          )}
        </Group>
      ))}
      {asking && (
        <Adopt
          newcomer={newcomer}
          resource={asking}
          onClose={() => setAsking(null)}
          onAdopted={() => {
            notifyDone(`${name} in ${target} is the copy of the one in ${source} now.`);
            onAdopted();
          }}
        />
      )}
    </Notice>
  );
}

function Adopt({
  newcomer: { kind, name, sourceId, source, target },
  resource,
  onClose,
  onAdopted,
}: {
  newcomer: Newcomer;
  resource: ResourceSummary;
  onClose: () => void;
  onAdopted: () => void;
}) {
  const adopt = useAdopt(target);
  return (
    <Confirm
      title={`Adopt ${name} in ${target}?`}
      action="Adopt"
      doing={adopt}
      onClose={onClose}
      onConfirm={() =>
        adopt.mutate({ kind, id: resource.id, source, originId: sourceId }, { onSuccess: onAdopted })
      }
    >
      <Text size="sm">
        From then on it follows {source}: the next sync replaces its content and its versions by those of the
        original. It can be detached again, with what it holds then.
      </Text>
    </Confirm>
  );
}
