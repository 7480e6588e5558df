import type { Item, Orphan, Reason, Risk } from "~/api/types";

const REASONS: Record<Reason, string> = {
  id_taken: "The target holds something else at the id of this copy.",
  synced_copy: "It is a copy itself. Copies are not sent on, so that promotions never run in a circle.",
  built_in: "Built in: every tenant has it, so the reference stays as it is.",
  missing: "The reference leads to nothing in the source.",
  drift_kept: "Its copy was edited in the target, and the plan keeps such edits.",
  detached: "Its copy was detached in the target, so syncs pass it by.",
  on_request: "Left out by hand.",
  deleted: "Its original was deleted in the source.",
  unflagged: "Its original is no longer marked syncable.",
  unreached: "Nothing that is synced uses its original any more.",
  not_in_release: "Its original is not in the release.",
  copy_exists: "Another resource has become the copy of its original.",
};

export function reasonInWords({ reason }: Item): string | null {
  return reason ? REASONS[reason] : null;
}

export const RISKS: Record<Risk["risk"], string> = {
  new_host: "new host",
  new_variable: "new variable",
  changed_code: "code changed",
  changed_credential: "credential changed",
};

export const ORPHANS: Record<Orphan["reason"], string> = {
  deleted: "deleted in the source",
  unflagged: "no longer marked syncable",
  unreached: "no longer used by anything that is synced",
  not_in_release: "not in the release",
};
