import type { AnyPlan, Figures, Item } from "~/api/types";
import { formatNumber } from "~/shared/format";
import type { Tone } from "~/shared/Mark";
import styles from "./plans.module.css";
import type { Filter } from "./rows";

interface Chip {
  filter: Filter;
  glyph: string;
  word: string;
  tone: Tone;
  figure: number;
  always?: boolean;
}

function chipsOf(sum: Figures, risky: number, back: boolean): Chip[] {
  const of = (...names: (keyof Figures)[]) => names.reduce((total, name) => total + (sum[name] ?? 0), 0);
  return [
    {
      filter: "create",
      glyph: "+",
      word: back ? "bring back" : "create",
      tone: "create",
      figure: of("created", "recreated"),
      always: !back,
    },
    {
      filter: "update",
      glyph: "~",
      word: back ? "restore" : "update",
      tone: "update",
      figure: of("updated", "restored"),
      always: !back,
    },
    { filter: "drift", glyph: "!", word: "drift", tone: "drift", figure: of("drifted") },
    { filter: "blocked", glyph: "×", word: "blocked", tone: "blocked", figure: of("conflicts") },
    {
      filter: "remove",
      glyph: "−",
      word: back ? "delete" : "remove",
      tone: "blocked",
      figure: of("pruned", "deleted"),
    },
    { filter: "risk", glyph: "▲", word: "risk", tone: "drift", figure: risky },
    { filter: "excluded", glyph: "–", word: "left out", tone: "neutral", figure: of("excluded") },
    {
      filter: "unchanged",
      glyph: "=",
      word: "unchanged",
      tone: "neutral",
      figure: of("unchanged"),
      always: sum.unchanged !== undefined,
    },
  ];
}

/** The figures of a plan, each a filter over it. */
export function PlanChips({
  plan,
  value,
  onChange,
}: {
  plan: AnyPlan;
  value: Filter;
  onChange: (filter: Filter) => void;
}) {
  const items: Item[] = plan.items;
  const risky = items.filter((item) => item.risks?.length).length;
  return (
    <div className={styles.chips} role="group" aria-label="Show only">
      {chipsOf(plan.summary, risky, plan.kind === "rollback")
        .filter(({ figure, always }) => always || figure > 0)
        .map(({ filter, glyph, word, tone, figure }) => (
          <button
            key={filter}
            type="button"
            className={styles.chip}
            data-tone={tone}
            aria-pressed={value === filter}
            onClick={() => onChange(value === filter ? "all" : filter)}
          >
            <span className={styles.chipGlyph} aria-hidden>
              {glyph}
            </span>
            <b>{formatNumber(figure)}</b> {word}
          </button>
        ))}
    </div>
  );
}
