/** One line of a comparison: in both, only before, or only after. */
export type DiffLine = {
  op: "same" | "removed" | "added";
  text: string;
  before: number | null;
  after: number | null;
};

/** Beyond this many differing lines the shortest script is not worth the wait. */
const MOST_EDITS = 800;

/** The lines of both texts, matched so that as few as possible differ (Myers 1986). */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1;
  const same = (index: number, shift: number): DiffLine => ({
    op: "same",
    text: a[index]!,
    before: index + 1,
    after: index + shift + 1,
  });
  const head = a.slice(0, start).map((_, index) => same(index, 0));
  const tail = a.slice(a.length - end).map((_, index) => same(a.length - end + index, b.length - a.length));
  return [...head, ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start), ...tail];
}

function middle(a: string[], b: string[], offset: number): DiffLine[] {
  const trace = shortestEdit(a, b);
  const removed = (index: number): DiffLine => ({
    op: "removed",
    text: a[index]!,
    before: offset + index + 1,
    after: null,
  });
  const added = (index: number): DiffLine => ({
    op: "added",
    text: b[index]!,
    before: null,
    after: offset + index + 1,
  });
  if (!trace) return [...a.map((_, index) => removed(index)), ...b.map((_, index) => added(index))];
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const reach = trace[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const from = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : reach.get(from)!;
    const fromY = fromX - (d === 0 ? 0 : from);
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      x -= 1;
      y -= 1;
      lines.push({ op: "same", text: a[x]!, before: offset + x + 1, after: offset + y + 1 });
    }
    if (d === 0) break;
    if (down) lines.push(added((y -= 1)));
    else lines.push(removed((x -= 1)));
  }
  return lines.reverse();
}

/** How far each diagonal reached before each number of edits; null when there are too many of them. */
function shortestEdit(a: string[], b: string[]): Map<number, number>[] | null {
  const reach = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let d = 0; d <= a.length + b.length; d += 1) {
    if (d > MOST_EDITS) return null;
    trace.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? reach.get(k + 1)! : reach.get(k - 1)! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return trace;
    }
  }
  return trace;
}

export type Folded = DiffLine | { op: "folded"; lines: DiffLine[] };

/** Long runs of equal lines become one entry; `around` of them stay next to each change. */
export function foldSame(lines: DiffLine[], around = 3): Folded[] {
  const folded: Folded[] = [];
  for (let index = 0; index < lines.length;) {
    if (lines[index]!.op !== "same") {
      folded.push(lines[index]!);
      index += 1;
      continue;
    }
    let end = index;
    while (end < lines.length && lines[end]!.op === "same") end += 1;
    const from = index === 0 ? 0 : index + around;
    const to = end === lines.length ? end : end - around;
    if (to - from > 2)
      folded.push(
        ...lines.slice(index, from),
        { op: "folded", lines: lines.slice(from, to) },
        ...lines.slice(to, end),
      );
    else folded.push(...lines.slice(index, end));
    index = end;
  }
  return folded;
}

/** The middle of two lines that differ: [start, end of before, end of after]. */
export function changedPart(before: string, after: string): [number, number, number] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  return [start, before.length - end, after.length - end];
}

export type Side = { line: DiffLine; other: DiffLine | null } | null;
export type SideRow = { before: Side; after: Side } | { op: "folded"; lines: DiffLine[] };

/** Before on the left and after on the right; a removed line stands beside the one that replaced it. */
export function sideBySide(lines: Folded[]): SideRow[] {
  const rows: SideRow[] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index]!;
    if (line.op === "folded") {
      rows.push(line);
      index += 1;
    } else if (line.op === "same") {
      rows.push({ before: { line, other: line }, after: { line, other: line } });
      index += 1;
    } else {
      const removed: DiffLine[] = [];
      const added: DiffLine[] = [];
      for (
        let next = lines[index];
        next && (next.op === "removed" || next.op === "added");
        next = lines[(index += 1)]
      ) {
        (next.op === "removed" ? removed : added).push(next);
      }
      for (let row = 0; row < Math.max(removed.length, added.length); row += 1) {
        const [old, young] = [removed[row] ?? null, added[row] ?? null];
        rows.push({ before: old && { line: old, other: young }, after: young && { line: young, other: old } });
      }
    }
  }
  return rows;
}
