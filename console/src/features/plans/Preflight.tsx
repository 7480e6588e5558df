import { Button, Code, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { atLeast } from "~/api/session";
import type { AnyPlan, DanglingReference, Item, Named } from "~/api/types";
import { useMemberships } from "~/app/tenant";
import { useSetVariable } from "~/features/variables/queries";
import { formatValue } from "~/shared/format";
import { KIND_INFO } from "~/shared/kinds";
import { Mark } from "~/shared/Mark";
import { ProblemPanel } from "~/shared/ProblemPanel";
import styles from "./plans.module.css";

type Severity = "stop" | "look";
interface Check {
  severity: Severity;
  key: string;
  content: ReactNode;
}

/** What a person must know before saying yes. What stops is red; the rest wants a tick. */
export function checksOf(plan: AnyPlan, onChanged: () => void): Check[] {
  const found = plan.preflight;
  const look = (key: string, content: ReactNode): Check => ({ severity: "look", key, content });
  return [
    ...found.blocked.map(({ code, detail }): Check => ({
      severity: "stop",
      key: code + detail,
      content: detail,
    })),
    ...(found.versionClashes ?? []).map((clash): Check => ({
      severity: "stop",
      key: `clash${clash.id}${clash.version}`,
      content: (
        <>
          Version {clash.version} of <b className="breakable">{clash.name}</b> exists in {plan.target} with
          another content.
        </>
      ),
    })),
    ...(found.embeddingMismatches ?? []).map((mismatch) =>
      look(
        `embedding${mismatch.knowledgeBase.id}`,
        <>
          <b className="breakable">{mismatch.knowledgeBase.name}</b> was embedded with{" "}
          {formatValue(mismatch.source.model)} ({formatValue(mismatch.source.dimensions)} dimensions);{" "}
          {plan.target} has {formatValue(mismatch.target.model)} ({formatValue(mismatch.target.dimensions)}).
        </>,
      ),
    ),
    ...found.missingVariables.map((variable) =>
      look(
        `variable${variable.name}`,
        <MissingVariable
          name={variable.name}
          usedBy={variable.usedBy}
          target={plan.target}
          onSet={onChanged}
        />,
      ),
    ),
    ...(found.missingCredentials ?? []).map((connection) =>
      look(
        `credential${connection.id}`,
        <>
          <b className="breakable">{connection.name}</b> has no {connection.fields.join(", ")} in {plan.target}.
          Set it there after the sync.
        </>,
      ),
    ),
    ...found.danglingReferences.map((reference, index) =>
      look(`dangling${index}`, <Dangling plan={plan} reference={reference} />),
    ),
  ];
}

function Dangling({ plan, reference }: { plan: AnyPlan; reference: DanglingReference }) {
  const { from: id, kind } = reference;
  const items: Item[] = plan.items;
  const name = items.find((item) => item.sourceId === id || item.targetId === id)?.name ?? id;
  return (
    <>
      A reference of <b className="breakable">{name}</b> to {kind ? KIND_INFO[kind].one : "a resource"}{" "}
      <Code>{reference.to}</Code> leads nowhere in {plan.target}.
      {reference.fixedByStep ? ` Syncing ${reference.fixedByStep} fixes it.` : ""}
    </>
  );
}

function MissingVariable({
  name,
  usedBy,
  target,
  onSet,
}: {
  name: string;
  usedBy: Named[];
  target: string;
  onSet: () => void;
}) {
  const membership = useMemberships().find(({ id }) => id === target);
  const [value, setValue] = useState("");
  const set = useSetVariable(onSet);
  const users = usedBy.map((user) => user.name);
  return (
    <Stack gap={6} style={{ flex: 1 }}>
      <Text size="sm" className="breakable">
        The variable <Code>{name}</Code> is not set in {target}
        {users.length > 0 ? `, and ${users.join(", ")} wants it` : ""}.
      </Text>
      {set.error && <ProblemPanel error={set.error} />}
      {membership && atLeast(membership.role, "ADMIN") ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate({ tenant: target, name, value });
          }}
          autoComplete="off"
        >
          <Group gap="xs">
            <PasswordInput
              size="xs"
              w={240}
              value={value}
              aria-label={`Value of ${name} in ${target}`}
              placeholder="Value"
              autoComplete="new-password"
              onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Button size="xs" type="submit" variant="default" disabled={value === ""} loading={set.isPending}>
              Set now
            </Button>
          </Group>
        </form>
      ) : (
        <Text size="xs" c="dimmed">
          An admin of {target} can set it.
        </Text>
      )}
    </Stack>
  );
}

export function Preflight({ checks }: { checks: Check[] }) {
  const clear = checks.length === 0;
  return (
    <section className="surface" style={{ padding: "14px 18px" }} aria-label="Preflight">
      <Group gap="xs" mb={clear ? 0 : 4}>
        <Title order={2}>Preflight</Title>
        {clear && (
          <Mark tone="create" glyph="✓">
            nothing stands in the way
          </Mark>
        )}
      </Group>
      {checks.map(({ severity, key, content }) => (
        <div key={key} className={styles.check}>
          <span style={{ flex: "none" }}>
            {severity === "stop" ? (
              <Mark tone="blocked" glyph="×">
                stops
              </Mark>
            ) : (
              <Mark tone="drift" glyph="!">
                look
              </Mark>
            )}
          </span>
          <Text size="sm" component="div" style={{ flex: 1, minWidth: 0 }}>
            {content}
          </Text>
        </div>
      ))}
    </section>
  );
}
