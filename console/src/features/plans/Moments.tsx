import { IconCheck } from "@tabler/icons-react";
import styles from "./plans.module.css";

const MOMENTS = ["Target", "Plan", "Preflight", "Confirm", "Run", "Report"] as const;
type Moment = (typeof MOMENTS)[number];

/** Where in a promotion one is. */
export function Moments({ current }: { current: Moment }) {
  const at = MOMENTS.indexOf(current);
  return (
    <ol className={styles.moments} aria-label="Moments of a promotion">
      {MOMENTS.map((moment, index) => (
        <li
          key={moment}
          data-state={index < at ? "done" : index === at ? "now" : "later"}
          aria-current={index === at ? "step" : undefined}
        >
          <span className={styles.dot} aria-hidden>
            {index < at ? <IconCheck size={12} stroke={3} /> : index + 1}
          </span>
          <span className={styles.moment}>{moment}</span>
        </li>
      ))}
    </ol>
  );
}
