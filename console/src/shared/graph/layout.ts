import { KINDS, type Kind } from "~/api/types";

export interface GraphItem {
  id: string;
  kind: Kind | null;
  name: string;
}
export interface Line {
  from: string;
  to: string;
}
export interface Placed {
  x: number;
  y: number;
}
interface Layout {
  places: Map<string, Placed>;
  width: number;
  height: number;
}

export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 44;
const GAP_X = 84;
const GAP_Y = 16;
const MARGIN = 24;
const SWEEPS = 6;
/** Above this many nodes the order of the steps is the clearer layering. */
const LAYERED_LIMIT = 300;

/** Where each node stands: what is used stands left of what uses it. */
export function layout(items: GraphItem[], lines: Line[]): Layout {
  const columns = items.length > LAYERED_LIMIT ? byKind(items) : layered(items, lines);
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const places = new Map<string, Placed>();
  columns.forEach((column, index) => {
    const offset = ((tallest - column.length) * (NODE_HEIGHT + GAP_Y)) / 2;
    column.forEach((id, row) => {
      const y = MARGIN + offset + row * (NODE_HEIGHT + GAP_Y);
      places.set(id, { x: MARGIN + index * (NODE_WIDTH + GAP_X), y });
    });
  });
  return {
    places,
    width: 2 * MARGIN + columns.length * (NODE_WIDTH + GAP_X) - GAP_X,
    height: 2 * MARGIN + tallest * (NODE_HEIGHT + GAP_Y) - GAP_Y,
  };
}

function byKind(items: GraphItem[]): string[][] {
  const columns = [...KINDS, null].map((kind) =>
    items.filter((item) => item.kind === kind).map(({ id }) => id),
  );
  return columns.filter((column) => column.length > 0);
}

/** Layers by the longest way down, then each layer ordered by where its neighbours stand. */
function layered(items: GraphItem[], lines: Line[]): string[][] {
  const known = new Set(items.map(({ id }) => id));
  const uses = new Map<string, string[]>(items.map(({ id }) => [id, []]));
  const usedBy = new Map<string, string[]>(items.map(({ id }) => [id, []]));
  for (const { from, to } of lines) {
    if (!known.has(from) || !known.has(to) || from === to) continue;
    uses.get(from)!.push(to);
    usedBy.get(to)!.push(from);
  }
  const depth = depths(items, uses);
  const columns: string[][] = [];
  for (const { id } of items) (columns[depth.get(id)!] ??= []).push(id);
  const dense = columns.filter(Boolean);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0;
    const neighbours = forward ? uses : usedBy;
    const rank = new Map<string, number>();
    for (const column of dense) column.forEach((id, row) => rank.set(id, row / column.length));
    for (const column of forward ? dense : [...dense].reverse()) {
      const weight = new Map(column.map((id) => [id, mean(neighbours.get(id)!, rank) ?? rank.get(id)!]));
      column.sort((a, b) => weight.get(a)! - weight.get(b)!);
      column.forEach((id, row) => rank.set(id, row / column.length));
    }
  }
  return dense;
}

/** How far each is from what uses nothing. An edge that closes a circle counts for nothing. */
function depths(items: GraphItem[], uses: Map<string, string[]>): Map<string, number> {
  const depth = new Map<string, number>();
  const open = new Set<string>();
  for (const { id: root } of items) {
    const stack = [root];
    while (stack.length > 0) {
      const id = stack[stack.length - 1]!;
      if (depth.has(id)) {
        stack.pop();
        continue;
      }
      open.add(id);
      const waiting = uses.get(id)!.filter((next) => !depth.has(next) && !open.has(next));
      if (waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
      depth.set(id, Math.max(0, ...uses.get(id)!.map((next) => (depth.get(next) ?? -1) + 1)));
      open.delete(id);
      stack.pop();
    }
  }
  return depth;
}

function mean(ids: string[], rank: Map<string, number>): number | null {
  if (ids.length === 0) return null;
  return ids.reduce((sum, id) => sum + rank.get(id)!, 0) / ids.length;
}
