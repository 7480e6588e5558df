import type { PlanGraph } from "~/api/types";

/** What changes, and what it touches directly. */
export function neighbourhood({ nodes, edges }: PlanGraph): PlanGraph {
  const changed = new Set(
    nodes.filter(({ action }) => action !== "unchanged" && action !== "excluded").map(({ id }) => id),
  );
  const kept = new Set(changed);
  for (const { from, to } of edges) {
    if (changed.has(from)) kept.add(to);
    if (changed.has(to)) kept.add(from);
  }
  return {
    nodes: nodes.filter(({ id }) => kept.has(id)),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}
