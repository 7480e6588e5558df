import { Alert, Code, Group, Stack, Text, Title } from "@mantine/core";
import type { FieldChange, Item } from "~/api/types";
import { FieldDiff } from "~/shared/FieldDiff";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { ActionMark, Mark } from "~/shared/Mark";
import { Notice } from "~/shared/Notice";
import split from "~/shared/split.module.css";
import { Time } from "~/shared/Time";
import { AdoptInstead } from "./AdoptInstead";
import { LeaveOut } from "./LeaveOut";
import { nameOf, whyIncluded } from "./rows";
import { reasonInWords, RISKS } from "./words";

/** One item of a plan or a report: why it is there, what is risky about it, what changes in it. */
export function ItemDetail({
  item,
  source,
  target,
  done = false,
  onExclude,
  onAdopted,
}: {
  item: Item | undefined;
  source: string;
  target: string;
  done?: boolean;
  onExclude?: (item: Item) => void;
  /** Something of the target became the copy: the plan is another one now. */
  onAdopted?: () => void;
}) {
  if (!item) {
    return (
      <div className={`surface ${split.detail}`}>
        <Text c="dimmed">
          Choose an item to see why it is there and what changes in it. <b>j</b> and <b>k</b> go through them.
        </Text>
      </div>
    );
  }
  const why = whyIncluded(item);
  const reason = reasonInWords(item);
  const fields: FieldChange[] =
    item.fields ?? (item.changes ?? []).map((pointer) => ({ pointer, op: "changed" }));
  const excludable = onExclude && (item.action === "created" || item.action === "updated");
  return (
    <section className={`surface ${split.detail}`} aria-label={nameOf(item)}>
      <Stack gap="md">
        <div>
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <KindIcon kind={item.kind} size={20} />
            <Title order={2} className="breakable">
              {nameOf(item)}
            </Title>
          </Group>
          <Group gap="xs" mt={6}>
            <ActionMark action={item.action} done={done} />
            {item.drifted && <ActionMark action="drifted" />}
            {item.overridden && (
              <Mark tone="update" glyph="◇">
                keeps its override
              </Mark>
            )}
            <Text size="sm" c="dimmed">
              {item.kind ? KIND_INFO[item.kind].one : "a reference to nothing"}
              {why ? `, ${why}` : ""}
            </Text>
          </Group>
        </div>
        {reason && (
          <Alert color="gray" variant="outline" p="sm">
            {reason}
          </Alert>
        )}
        {onAdopted && item.action === "created" && item.kind && item.name && item.sourceId && (
          <AdoptInstead
            key={item.sourceId}
            newcomer={{ kind: item.kind, name: item.name, sourceId: item.sourceId, source, target }}
            onAdopted={onAdopted}
          />
        )}
        {item.drifted && (
          <Notice title="Edited in the target since the last sync">
            {item.editedBy && item.editedAt ? (
              <>
                By {item.editedBy.email} <Time at={item.editedAt} inherit />.{" "}
              </>
            ) : null}
            <AnchorLink size="sm" to="/t/$tenant/drift" params={{ tenant: target }}>
              Compare the three states
            </AnchorLink>
          </Notice>
        )}
        {(item.risks ?? []).map((risk) => (
          <Notice key={risk.risk + risk.detail} title={RISKS[risk.risk]}>
            <span className="breakable">{risk.detail}</span>
          </Notice>
        ))}
        {fields.length > 0 && <FieldDiff fields={fields} />}
        {item.action === "created" && fields.length === 0 && (
          <Text size="sm" c="dimmed">
            New in {target}: everything of it is created.
          </Text>
        )}
        <Text size="xs" c="dimmed" className="breakable">
          {item.sourceId && <Code>{item.sourceId}</Code>}
          {item.targetId && (
            <>
              {" "}
              in {source} becomes <Code>{item.targetId}</Code> in {target}
            </>
          )}
        </Text>
        <Group gap="xs">
          {item.kind && item.sourceId && !item.sourceId.startsWith("builtin:") && (
            <AnchorLink
              size="sm"
              to="/t/$tenant/resources/$kind/$id"
              params={{ tenant: source, kind: item.kind, id: item.sourceId }}
            >
              Open in {source}
            </AnchorLink>
          )}
        </Group>
        {excludable && item.kind && item.sourceId && (
          <LeaveOut
            kind={item.kind}
            id={item.sourceId}
            source={source}
            target={target}
            onLeaveOut={() => onExclude(item)}
          />
        )}
      </Stack>
    </section>
  );
}
