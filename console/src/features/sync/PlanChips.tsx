import type { Plan } from "~/api/types";
import { formatNumber } from "~/shared/format";
import type { Tone } from "~/shared/Mark";
import type { Filter } from "./rows";
import styles from "./sync.module.css";

/** The figures of a plan, each a filter over it. */
export function PlanChips({
  plan,
  value,
  onChange,
}: {
  plan: Plan;
  value: Filter;
  onChange: (filter: Filter) => void;
}) {
  const { summary: sum } = plan;
  const risky = (plan.items ?? []).filter((item) => item.risks?.length).length;
  const chips: { filter: Filter; glyph: string; word: string; tone: Tone; figure: number; always?: boolean }[] =
    [
      {
        filter: "create",
        glyph: "+",
        word: "create",
        tone: "create",
        figure: sum.created + (sum.recreated ?? 0),
        always: true,
      },
      {
        filter: "update",
        glyph: "~",
        word: "update",
        tone: "update",
        figure: sum.updated + (sum.restored ?? 0),
        always: true,
      },
      { filter: "drift", glyph: "!", word: "drift", tone: "drift", figure: sum.drifted },
      { filter: "blocked", glyph: "×", word: "blocked", tone: "blocked", figure: sum.conflicts },
      {
        filter: "remove",
        glyph: "−",
        word: "remove",
        tone: "blocked",
        figure: sum.pruned + (sum.deleted ?? 0),
      },
      { filter: "risk", glyph: "▲", word: "risk", tone: "drift", figure: risky },
      { filter: "excluded", glyph: "–", word: "left out", tone: "neutral", figure: sum.excluded },
      {
        filter: "unchanged",
        glyph: "=",
        word: "unchanged",
        tone: "neutral",
        figure: sum.unchanged,
        always: true,
      },
    ];
  return (
    <div className={styles.chips} role="group" aria-label="Show only">
      {chips
        .filter(({ figure, always }) => always || figure > 0)
        .map(({ filter, glyph, word, tone, figure }) => (
          <button
            key={filter}
            type="button"
            className={`${styles.chip} ${styles[tone]}`}
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
