import type { Orphan, PlanItem, Risk } from "~/api/types";

const REASONS: Record<string, string> = {
  synced_copy: "It is a copy itself. Copies are not sent on, so that promotions never run in a circle.",
  built_in: "Built in: every tenant has it, so the reference stays as it is.",
  missing: "The reference leads to nothing in the source.",
  id_taken: "The target holds something else at the id of this copy.",
  excluded: "Left out by hand.",
  requested: "Left out by hand.",
  not_selected: "Not among the kinds or resources of this plan.",
  other_step: "Of another step than those of this plan.",
};

export function reasonInWords(item: PlanItem): string | null {
  if (!item.reason) return null;
  return REASONS[item.reason] ?? item.reason.replaceAll("_", " ");
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
