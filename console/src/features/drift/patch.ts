import type { Body, FieldStates } from "~/api/types";

/**
 * The values here as a merge patch over the body that comes. A change inside a list becomes the whole list, which the
 * fields do not hold; null says that this cannot be kept by a patch.
 */
export function patchOf(fields: FieldStates[]): Body | null {
  const patch: Body = {};
  let found = false;
  for (const { pointer, target, state } of fields) {
    if (state !== "target_only" && state !== "conflict") continue;
    const parts = pointer
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (parts[0] !== "body" || parts.length < 2 || parts.some((part) => /^\d+$/.test(part) || part === "-"))
      return null;
    found = true;
    let place = patch;
    for (const part of parts.slice(1, -1)) place = (place[part] ??= {}) as Body;
    place[parts.at(-1)!] = target === undefined ? null : target;
  }
  return found ? patch : null;
}
