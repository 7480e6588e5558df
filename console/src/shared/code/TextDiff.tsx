import { UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { count } from "../format";
import styles from "./code.module.css";
import { changedPart, diffLines, foldSame, sideBySide, type DiffLine, type Folded, type Side } from "./diff";

/** Two texts: side by side where there is room for both, else one below the other. */
export function TextDiff({
  before,
  after,
  label,
  split = false,
}: {
  before: string;
  after: string;
  label: string;
  split?: boolean;
}) {
  const narrow = useMediaQuery("(max-width: 62em)");
  const [unfolded, setUnfolded] = useState(false);
  const lines = useMemo(() => {
    const all = diffLines(before, after);
    return unfolded ? all : foldSame(all);
  }, [before, after, unfolded]);
  const unfold = () => setUnfolded(true);
  return (
    <div className={`surface ${styles.diff}`} role="region" aria-label={label} tabIndex={0}>
      <table>
        <tbody>
          {split && !narrow ? (
            <SideBySide lines={lines} onUnfold={unfold} />
          ) : (
            <Unified lines={lines} onUnfold={unfold} />
          )}
        </tbody>
      </table>
    </div>
  );
}

interface Props {
  lines: Folded[];
  onUnfold: () => void;
}

function Unified({ lines, onUnfold }: Props) {
  const partners = new Map<DiffLine, DiffLine | null>();
  for (const row of sideBySide(lines)) {
    if ("op" in row) continue;
    for (const side of [row.before, row.after]) if (side) partners.set(side.line, side.other);
  }
  return lines.map((line, index) =>
    line.op === "folded" ? (
      <Fold key={index} span={4} lines={line.lines} onUnfold={onUnfold} />
    ) : (
      <tr key={index}>
        <td className={styles.gutter}>{line.before}</td>
        <td className={styles.gutter}>{line.after}</td>
        <Cells side={{ line, other: partners.get(line) ?? null }} />
      </tr>
    ),
  );
}

function SideBySide({ lines, onUnfold }: Props) {
  return sideBySide(lines).map((row, index) =>
    "op" in row ? (
      <Fold key={index} span={6} lines={row.lines} onUnfold={onUnfold} />
    ) : (
      <tr key={index}>
        <td className={styles.gutter}>{row.before?.line.before}</td>
        <Cells side={row.before} />
        <td className={styles.gutter}>{row.after?.line.after}</td>
        <Cells side={row.after} />
      </tr>
    ),
  );
}

const SIGNS = { removed: "−", added: "+", same: "" };

function Cells({ side }: { side: Side }) {
  if (!side)
    return (
      <>
        <td className={`${styles.sign} ${styles.nothing}`} />
        <td className={styles.nothing} />
      </>
    );
  const { line, other } = side;
  const look = line.op === "same" ? "" : styles[line.op];
  return (
    <>
      <td className={`${styles.sign} ${look}`}>{SIGNS[line.op]}</td>
      <td className={look}>
        {line.op === "same" || !other ? line.text : <Emphasised line={line} other={other} />}
      </td>
    </>
  );
}

function Emphasised({ line, other }: { line: DiffLine; other: DiffLine }) {
  const [start, endOfLine] = changedPart(line.text, other.text);
  if (start === 0 && endOfLine === line.text.length) return line.text;
  return (
    <>
      {line.text.slice(0, start)}
      {endOfLine > start && <mark>{line.text.slice(start, endOfLine)}</mark>}
      {line.text.slice(endOfLine)}
    </>
  );
}

function Fold({ span, lines, onUnfold }: { span: number; lines: DiffLine[]; onUnfold: () => void }) {
  return (
    <tr>
      <td colSpan={span} style={{ padding: 0 }}>
        <UnstyledButton className={styles.fold!} onClick={onUnfold}>
          {count(lines.length, "equal line")}, show
        </UnstyledButton>
      </td>
    </tr>
  );
}
