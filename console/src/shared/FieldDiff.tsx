import { Group } from "@mantine/core";
import type { FieldChange } from "~/api/types";
import { TextDiff } from "./code";
import styles from "./fields.module.css";
import { formatValue } from "./format";
import { Mark, type Tone } from "./Mark";
import { asText, isLong, readablePointer } from "./pointer";

const OPS: Record<FieldChange["op"], { tone: Tone; glyph: string; word: string }> = {
  added: { tone: "create", glyph: "+", word: "added" },
  removed: { tone: "blocked", glyph: "−", word: "removed" },
  changed: { tone: "update", glyph: "~", word: "changed" },
  moved: { tone: "neutral", glyph: "↕", word: "moved" },
};

/** What changes, field by field. Code and prompts are always shown whole. */
export function FieldDiff({ fields }: { fields: FieldChange[] }) {
  return (
    <ul className={styles.list}>
      {fields.map((field, index) => (
        <li key={`${field.pointer}${field.version ?? ""}${index}`}>
          <Field field={field} />
        </li>
      ))}
    </ul>
  );
}

function Field({ field }: { field: FieldChange }) {
  const op = OPS[field.op] ?? OPS.changed;
  return (
    <div>
      <Group gap="xs">
        <span className={styles.pointer} title={field.pointer}>
          {readablePointer(field.pointer)}
        </span>
        <Mark tone={op.tone} glyph={op.glyph}>
          {op.word}
        </Mark>
        {field.version !== undefined && (
          <Mark tone="neutral">{field.version === 0 ? "draft" : `v${field.version}`}</Mark>
        )}
      </Group>
      <Values field={field} />
    </div>
  );
}

function Values({ field }: { field: FieldChange }) {
  if (field.pointer.startsWith("/credentials/")) return null;
  if (field.textDiff && field.before === undefined && field.after === undefined)
    return <Unified text={field.textDiff} />;
  if (isLong(field.before) || isLong(field.after)) {
    return (
      <div style={{ marginTop: 6 }}>
        <TextDiff
          before={asText(field.before)}
          after={asText(field.after)}
          label={readablePointer(field.pointer)}
        />
      </div>
    );
  }
  return (
    <div className={styles.values}>
      {field.op === "moved" && field.from && (
        <>
          <span className={styles.sign}>↕</span>
          <span>from {readablePointer(field.from)}</span>
        </>
      )}
      {field.before !== undefined && (
        <>
          <span className={styles.sign}>−</span>
          <span className={styles.before}>{formatValue(field.before)}</span>
        </>
      )}
      {field.after !== undefined && (
        <>
          <span className={styles.sign}>+</span>
          <span className={styles.after}>{formatValue(field.after)}</span>
        </>
      )}
    </div>
  );
}

/** Of a difference as `diff -u` writes it, what a person reads: where a piece begins is "…", the rest is its lines. */
function linesOf(text: string): string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  const pieces = lines.filter((line) => line.startsWith("@@")).length;
  return lines
    .filter((line) => !line.startsWith("\\") && (pieces > 1 || !line.startsWith("@@")))
    .map((line) => (line.startsWith("@@") ? "…" : line));
}

export function Unified({ text }: { text: string }) {
  return (
    <div className={`surface ${styles.unified}`} tabIndex={0} role="group" aria-label="Text difference">
      {linesOf(text).map((line, index) => (
        <div
          key={index}
          className={line.startsWith("+") ? styles.after : line.startsWith("-") ? styles.before : ""}
        >
          {line || " "}
        </div>
      ))}
    </div>
  );
}
