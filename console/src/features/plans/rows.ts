import { KINDS, type Action, type Figures, type Item, type Kind } from "~/api/types";

/** The chips over a plan: each counts the items that it shows. */
export type Filter =
  "all" | "create" | "update" | "drift" | "blocked" | "excluded" | "remove" | "unchanged" | "risk";

const MATCHES: Record<Filter, (item: Item) => boolean> = {
  all: (item) => item.action !== "unchanged",
  create: (item) => item.action === "created" || item.action === "recreated",
  update: (item) => item.action === "updated" || item.action === "restored",
  drift: (item) => item.drifted === true,
  blocked: (item) => item.action === "conflict",
  excluded: (item) => item.action === "excluded",
  remove: (item) => item.action === "pruned" || item.action === "deleted",
  unchanged: (item) => item.action === "unchanged",
  risk: (item) => (item.risks?.length ?? 0) > 0,
};

export function matching(items: Item[], filter: Filter, text = ""): Item[] {
  const wanted = text.trim().toLowerCase();
  return items.filter(
    (item) => MATCHES[filter](item) && (wanted === "" || nameOf(item).toLowerCase().includes(wanted)),
  );
}

export type Row = { type: "step"; kind: Kind | null; count: number } | { type: "item"; item: Item };

/** In the order of the steps, each step under its heading; at the end what belongs to none. */
export function groupedByStep(items: Item[]): Row[] {
  return [...KINDS, null].flatMap((kind): Row[] => {
    const own = items.filter((item) => item.kind === kind);
    if (own.length === 0) return [];
    return [{ type: "step", kind, count: own.length }, ...own.map((item): Row => ({ type: "item", item }))];
  });
}

/** What a run would write: what "Promote 8 changes" counts. */
export function changeCount(summary: Figures): number {
  const { created = 0, updated = 0, pruned = 0, restored = 0, deleted = 0, recreated = 0 } = summary;
  return created + updated + pruned + restored + deleted + recreated;
}

const SENT = new Set<Action>(["created", "updated", "unchanged", "conflict"]);

/** "needed by Support supervisor → create_ticket": the path that pulled an item in. */
export function whyIncluded(item: Item): string | null {
  const names = (item.because ?? []).map((step) => step.replace(/^[A-Za-z]+\//, ""));
  if (names.length > 0) return `needed by ${names.join(" → ")}`;
  if (item.kind === "evaluations" && item.action !== "excluded") return "marked syncable, or tests what is";
  return SENT.has(item.action) ? "marked syncable" : null;
}

/** What a reference to nothing leads to has no name. */
export function nameOf(item: Item): string {
  return item.name ?? item.sourceId ?? "";
}

export function keyOf(item: Item): string {
  return `${item.kind}/${item.sourceId ?? item.targetId}`;
}
