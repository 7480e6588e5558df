import { Group, Text, UnstyledButton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { Item } from "~/api/types";
import { useShortcuts } from "~/app/shell/shortcuts";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { ActionMark, Mark } from "~/shared/Mark";
import split from "~/shared/split.module.css";
import { groupedByStep, keyOf, nameOf, whyIncluded, type Row } from "./rows";
import { RISKS } from "./words";

/** The items by step. Only the rows in view exist, so that thousands are no burden. */
export function PlanList({
  items,
  selected,
  done = false,
  onSelect,
}: {
  items: Item[];
  selected: string | null;
  done?: boolean;
  onSelect: (key: string) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = groupedByStep(items);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    overscan: 12,
    estimateSize: (index) => (rows[index]?.type === "step" ? 30 : 54),
    getItemKey: (index) => keyOfRow(rows[index]!),
  });
  const move = (by: number) => {
    const places = rows.flatMap((row, index) => (row.type === "item" ? [index] : []));
    const at = places.findIndex((index) => keyOfRow(rows[index]!) === selected);
    const next = places[Math.max(0, Math.min(places.length - 1, at + by))];
    if (next === undefined) return;
    onSelect(keyOfRow(rows[next]!));
    virtual.scrollToIndex(next);
  };
  useShortcuts([
    { keys: "j", label: "Next item", run: () => move(1) },
    { keys: "k", label: "Item before", run: () => move(-1) },
  ]);
  return (
    <div
      ref={scroller}
      className={`surface ${split.rows}`}
      tabIndex={0}
      role="region"
      aria-label="Items of the plan"
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((place) => {
          const row = rows[place.index]!;
          return (
            <div
              key={place.key}
              style={{ position: "absolute", insetInline: 0, top: place.start, height: place.size }}
            >
              {row.type === "step" ? (
                <div className={split.step}>
                  <KindIcon kind={row.kind} size={14} />
                  {row.kind ? KIND_INFO[row.kind].label : "References to nothing"}
                  <span>{row.count}</span>
                </div>
              ) : (
                <Entry
                  item={row.item}
                  done={done}
                  current={keyOf(row.item) === selected}
                  onSelect={() => onSelect(keyOf(row.item))}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function keyOfRow(row: Row): string {
  return row.type === "step" ? (row.kind ?? "none") : keyOf(row.item);
}

function Entry({
  item,
  current,
  done,
  onSelect,
}: {
  item: Item;
  current: boolean;
  done: boolean;
  onSelect: () => void;
}) {
  const why = whyIncluded(item);
  return (
    <UnstyledButton className={split.item} aria-current={current} onClick={onSelect}>
      <div style={{ minWidth: 0, flex: 1 }}>
        <Text size="sm" fw={550} className="truncate">
          {nameOf(item)}
        </Text>
        {why && (
          <Text size="xs" c="dimmed" className="truncate">
            {why}
          </Text>
        )}
      </div>
      <Group gap={4} wrap="nowrap">
        {(item.risks?.length ?? 0) > 0 && (
          <Mark tone="drift" glyph="▲" hint={item.risks!.map(({ risk }) => RISKS[risk]).join(", ")}>
            risk
          </Mark>
        )}
        {item.drifted && <ActionMark action="drifted" />}
        <ActionMark action={item.action} done={done} />
      </Group>
    </UnstyledButton>
  );
}
