import type { PlanAction, PlanItem } from "~/api/types";

const BACK: Partial<Record<PlanAction, PlanAction>> = {
  created: "deleted",
  updated: "restored",
  pruned: "recreated",
};

/** What a run changed, as what goes back when it is undone. */
export function goingBack(items: PlanItem[]): PlanItem[] {
  return items.flatMap(({ fields: _fields, changes: _changes, drifted: _drifted, ...item }) => {
    const action = BACK[item.action];
    return action ? [{ ...item, action }] : [];
  });
}
