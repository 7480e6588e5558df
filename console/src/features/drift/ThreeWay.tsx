import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { Drift, DriftItem, FieldStates as Field } from "~/api/types";
import { useMay } from "~/app/tenant";
import { applyPlan, makePlan } from "~/features/plans/queries";
import { useAfterRun, waitForRun } from "~/features/runs/queries";
import { resourceQuery } from "~/features/resources/queries";
import { TextDiff } from "~/shared/code";
import { Confirm } from "~/shared/Confirm";
import { Unified } from "~/shared/FieldDiff";
import { formatValue } from "~/shared/format";
import { AnchorLink } from "~/shared/links";
import { Mark, type Tone } from "~/shared/Mark";
import { notifyDone } from "~/shared/notify";
import { Waiting } from "~/shared/Page";
import { asText, isLong, readablePointer } from "~/shared/pointer";
import { ProblemPanel } from "~/shared/ProblemPanel";
import split from "~/shared/split.module.css";
import styles from "./drift.module.css";
import { patchOf } from "./patch";
import { driftItemQuery } from "./queries";

type Change = NonNullable<Field["inTarget"]>;

const STATES: Record<Field["state"], { tone: Tone; glyph: string; where: string }> = {
  target_only: { tone: "update", glyph: "~", where: "here" },
  source_only: { tone: "neutral", glyph: "⇤", where: "in the source" },
  same: { tone: "create", glyph: "=", where: "alike" },
  conflict: { tone: "drift", glyph: "!", where: "in both" },
};

/** "changed here", "moved in the source"; of a conflict, what each side did when that is not the same. */
function wordOf({ state, inSource, inTarget }: Field): string {
  if (state === "conflict" && inSource && inTarget && inSource.op !== inTarget.op)
    return `${inSource.op} in the source, ${inTarget.op} here`;
  return `${(inTarget ?? inSource)?.op ?? "changed"} ${STATES[state].where}`;
}

/** What it was when it was last synced, what the source has now, and what is here. */
export function ThreeWay({ tenant, item }: { tenant: string; item: DriftItem }) {
  const detail = useQuery(driftItemQuery(tenant, item.kind, item.id));
  const may = useMay("USER");
  if (detail.error) return <ProblemPanel error={detail.error} onRetry={() => void detail.refetch()} />;
  if (!detail.data) return <Waiting rows={4} />;
  const fields = detail.data.fields;
  return (
    <section className={`surface ${split.detail}`} aria-label={item.name}>
      <Stack gap="md">
        <div>
          <Title order={2} className="breakable">
            {item.name}
          </Title>
          <AnchorLink
            size="sm"
            to="/t/$tenant/resources/$kind/$id"
            params={{ tenant, kind: item.kind, id: item.id }}
          >
            Open it
          </AnchorLink>
        </div>
        {!detail.data.sourceVisible && (
          <Text size="sm" c="dimmed">
            You are not a member of {item.syncedFrom}, so what it has now is not shown.
          </Text>
        )}
        {fields.map((field, index) => (
          <FieldStates
            key={`${field.pointer}${index}`}
            field={field}
            source={item.syncedFrom}
            sourceVisible={detail.data.sourceVisible}
          />
        ))}
        {may && <Choices tenant={tenant} item={detail.data} />}
      </Stack>
    </section>
  );
}

function FieldStates({
  field,
  source,
  sourceVisible,
}: {
  field: Field;
  source: string;
  sourceVisible: boolean;
}) {
  const look = STATES[field.state];
  return (
    <div>
      <Group gap="xs" mb={4}>
        <Text size="sm" fw={600} className="breakable" title={field.pointer}>
          {readablePointer(field.pointer)}
        </Text>
        <Mark tone={look.tone} glyph={look.glyph}>
          {wordOf(field)}
        </Mark>
        {field.version !== undefined && <Mark tone="neutral">v{field.version}</Mark>}
      </Group>
      <States field={field} source={source} sourceVisible={sourceVisible} />
    </div>
  );
}

function States({ field, source, sourceVisible }: Parameters<typeof FieldStates>[0]) {
  const { state, inSource, inTarget, lastSynced } = field;
  if (inSource?.op === "moved" || inTarget?.op === "moved" || inSource?.textDiff || inTarget?.textDiff) {
    return (
      <Stack gap={6}>
        {inSource && <SideChange label={`In ${source} now`} change={inSource} value={field.source} />}
        {inTarget && <SideChange label="Here" change={inTarget} value={field.target} />}
      </Stack>
    );
  }
  if ([lastSynced, field.source, field.target].some(isLong)) {
    return (
      <TextDiff
        before={asText(sourceVisible ? field.source : lastSynced)}
        after={asText(field.target)}
        label={`${readablePointer(field.pointer)}: source and here`}
      />
    );
  }
  return (
    <table className={styles.states}>
      <thead>
        <tr>
          <th scope="col">Last synced</th>
          <th scope="col">In {source} now</th>
          <th scope="col">Here</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>{formatValue(lastSynced)}</td>
          <td data-moved={state === "source_only"} data-clash={state === "conflict"}>
            {sourceVisible ? formatValue(field.source) : "not shown"}
          </td>
          <td data-moved={state === "target_only"} data-clash={state === "conflict"}>
            {formatValue(field.target)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** What one side did, where three values beside each other would not tell it: where an entry went, lines of a text. */
function SideChange({ label, change, value }: { label: string; change: Change; value: unknown }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
        {change.op === "moved" &&
          `: from ${readablePointer(change.from ?? "")} to ${readablePointer(change.to ?? "")}`}
        {change.op === "removed" && ": removed"}
      </Text>
      {change.textDiff ? (
        <Unified text={change.textDiff} />
      ) : (
        value !== undefined && <Text className={styles.value}>{asText(value)}</Text>
      )}
    </div>
  );
}

type Choice = "keep" | "take" | "detach";

const ASKS: Record<Choice, { title: (item: Drift) => string; action: string; text: (item: Drift) => string }> =
  {
    keep: {
      title: ({ name }) => `Keep what is here in ${name}?`,
      action: "Keep as an override",
      text: ({ syncedFrom }) =>
        `The values here become an override, lists with all their entries. All else comes from ${syncedFrom} again.`,
    },
    take: {
      title: ({ syncedFrom, name }) => `Take ${name} from ${syncedFrom} again?`,
      action: "Overwrite what is here",
      text: ({ syncedFrom }) =>
        `A run brings this copy to what ${syncedFrom} has now. The edits made here are lost, unless it is undone.`,
    },
    detach: {
      title: ({ name }) => `Detach ${name}?`,
      action: "Detach",
      text: ({ syncedFrom }) =>
        `It becomes a resource of this tenant. Syncs from ${syncedFrom} pass it by until it is attached again.`,
    },
  };

function Choices({ tenant, item }: { tenant: string; item: Drift }) {
  const queries = useQueryClient();
  const afterRun = useAfterRun();
  const [asking, setAsking] = useState<Choice | null>(null);
  const path = { kind: item.kind, id: item.id };
  const own = useQuery(resourceQuery(tenant, item.kind, item.id));
  const resource = own.data?.resource;
  const keepable = resource ? patchOf(item.fields, resource.body, resource.override?.patch ?? {}) : null;
  const settle = useMutation({
    mutationFn: async (choice: Choice) => {
      if (choice === "detach") return call(tenant, "post", "/api/{kind}/{id}/detach", { path });
      if (choice === "keep") {
        await call(tenant, "put", "/api/{kind}/{id}/override", {
          path,
          body: { patch: keepable },
        });
      }
      return takeSource(item, tenant);
    },
    onSuccess: () => {
      setAsking(null);
      notifyDone(`${item.name} is settled.`);
      afterRun();
      return queries.invalidateQueries({ queryKey: ["drift", tenant] });
    },
  });
  if (own.isPending) return <Waiting rows={1} />;
  return (
    <Group gap="xs">
      <Button size="xs" disabled={keepable === null || !item.sourceVisible} onClick={() => setAsking("keep")}>
        Keep mine
      </Button>
      {item.sourceVisible && (
        <Button size="xs" variant="default" onClick={() => setAsking("take")}>
          Take the source
        </Button>
      )}
      <Button size="xs" variant="default" onClick={() => setAsking("detach")}>
        Detach
      </Button>
      {asking && (
        <Confirm
          title={ASKS[asking].title(item)}
          action={ASKS[asking].action}
          danger={asking === "take"}
          doing={settle}
          onClose={() => {
            setAsking(null);
            settle.reset();
          }}
          onConfirm={() => settle.mutate(asking)}
        >
          <Text size="sm">{ASKS[asking].text(item)}</Text>
        </Confirm>
      )}
    </Group>
  );
}

/** A plan of this one resource that overwrites drift, applied at once. */
async function takeSource(item: Drift, target: string): Promise<void> {
  const plan = await makePlan(item.syncedFrom, target, {
    resources: [{ kind: item.kind, id: item.originId }],
    onDrift: "overwrite",
  });
  await waitForRun(item.syncedFrom, await applyPlan(item.syncedFrom, plan, crypto.randomUUID()));
}
