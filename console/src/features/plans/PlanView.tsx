import { Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useMemo, useState, type ReactNode } from "react";
import type { AnyPlan, Figures, Item } from "~/api/types";
import { FilterField } from "~/shared/FilterField";
import { count } from "~/shared/format";
import { KIND_INFO } from "~/shared/kinds";
import { Mark } from "~/shared/Mark";
import { Notice } from "~/shared/Notice";
import { Empty } from "~/shared/Page";
import split from "~/shared/split.module.css";
import { Time } from "~/shared/Time";
import { ViewSwitch } from "~/shared/ViewSwitch";
import { ItemDetail } from "./ItemDetail";
import { PlanChips } from "./PlanChips";
import { PlanGraph } from "./PlanGraph";
import { PlanList } from "./PlanList";
import { changeCount, keyOf, matching, type Filter } from "./rows";
import { ORPHANS } from "./words";

/** What a plan would do, in figures, by step, field by field and as a graph. */
export function PlanView({
  tenant,
  plan,
  actions,
  onExclude,
  onAdopted,
  onListUnchanged,
}: {
  tenant: string;
  plan: AnyPlan;
  actions?: ReactNode;
  onExclude?: (item: Item) => void;
  onAdopted?: () => void;
  onListUnchanged?: () => void;
}) {
  const [filter, setFilter] = useState<Filter>("all");
  const [text, setText] = useState("");
  const [view, setView] = useState<"list" | "graph">("list");
  const [selected, setSelected] = useState<string | null>(null);
  const all: Item[] = plan.items;
  const items = useMemo(() => matching(all, filter, text), [all, filter, text]);
  const current = all.find((item) => keyOf(item) === selected) ?? items[0];
  const { unchanged = 0 }: Figures = plan.summary;

  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <PlanChips plan={plan} value={filter} onChange={setFilter} />
        {actions}
      </Group>
      {plan.warnings.map((warning) => (
        <Notice key={warning} icon={<IconAlertTriangle />}>
          {warning}
        </Notice>
      ))}
      {changeCount(plan.summary) === 0 && plan.items.length === 0 && filter === "all" ? (
        <Empty icon={IconCircleCheck} title="Nothing to do">
          {plan.target} matches {plan.source} as of <Time at={plan.createdAt} inherit />.{" "}
          {unchanged > 0
            ? `${count(unchanged, "resource")} compared, none differs.`
            : "No resource is marked syncable. Turn on the switch of an agent or a tool: all it uses comes along."}
        </Empty>
      ) : (
        <>
          <Group gap="xs">
            <ViewSwitch
              label="How to show the plan"
              views={{ list: "List", graph: "Graph" }}
              value={view}
              onChange={setView}
            />
            {view === "list" && (
              <FilterField size="xs" w={220} label="Filter the items" value={text} onChange={setText} />
            )}
          </Group>
          {view === "graph" ? (
            <PlanGraph
              tenant={tenant}
              plan={plan}
              onOpen={(id) => {
                const item = all.find(({ sourceId, targetId }) => sourceId === id || targetId === id);
                if (item) setSelected(keyOf(item));
                setView("list");
              }}
            />
          ) : (
            <div className={split.split}>
              {items.length > 0 ? (
                <PlanList items={items} selected={current ? keyOf(current) : null} onSelect={setSelected} />
              ) : (
                <div className="surface" style={{ padding: 18 }}>
                  {filter === "unchanged" && unchanged > 0 ? (
                    <Unlisted unchanged={unchanged} onList={onListUnchanged} />
                  ) : (
                    <Text c="dimmed">Nothing of this kind.</Text>
                  )}
                </div>
              )}
              <ItemDetail
                item={current}
                source={plan.source}
                target={plan.target}
                {...(onExclude ? { onExclude } : {})}
                {...(onAdopted ? { onAdopted } : {})}
              />
            </div>
          )}
        </>
      )}
      {plan.orphans.length > 0 && <Orphans plan={plan} />}
    </Stack>
  );
}

/** What does not change is many rows, so that a plan lists it only when it is asked to. */
function Unlisted({ unchanged, onList }: { unchanged: number; onList: (() => void) | undefined }) {
  return (
    <Stack gap="xs">
      <Text c="dimmed">{count(unchanged, "resource")} stay as they are. This plan does not list them.</Text>
      {onList && (
        <Button size="xs" variant="default" w="fit-content" onClick={onList}>
          Plan again and list them
        </Button>
      )}
    </Stack>
  );
}

function Orphans({ plan }: { plan: AnyPlan }) {
  return (
    <section className="surface" style={{ padding: "14px 18px" }} aria-label="No longer sent">
      <Text fw={600} size="sm">
        {count(plan.orphans.length, "copy", "copies")} in {plan.target} that {plan.source} no longer sends
        {plan.prune ? "" : ". They stay; an option of the plan removes them."}
      </Text>
      <Stack gap={6} mt="xs">
        {plan.orphans.slice(0, 50).map((orphan) => (
          <Group key={orphan.targetId} gap="xs">
            {orphan.willPrune ? (
              <Mark tone="blocked" glyph="−">
                remove
              </Mark>
            ) : (
              <Mark tone="neutral" glyph="=">
                stays
              </Mark>
            )}
            <Text size="sm" className="breakable">
              {KIND_INFO[orphan.kind].one} <b>{orphan.name}</b>
            </Text>
            <Text size="xs" c="dimmed">
              {ORPHANS[orphan.reason]}
              {orphan.dependents?.length
                ? `; used by ${orphan.dependents.map(({ name }) => name).join(", ")}`
                : ""}
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
