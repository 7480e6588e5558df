import type { Body, FieldStates } from "~/api/types";

/**
 * The values here as a merge patch over the body that comes, on top of the patch that is there. A patch replaces a list
 * as a whole: of an entry that was changed, the list is taken from the body here. Null says that this cannot be kept by
 * a patch.
 */
export function patchOf(fields: FieldStates[], here: Body, patch: Body): Body | null {
  const kept = structuredClone(patch);
  let found = false;
  for (const { pointer, source, state } of fields) {
    if (state !== "target_only" && state !== "conflict") continue;
    const [root, ...path] = pointer
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (root !== "body" || path.length === 0) return null;
    found = true;
    let place = kept;
    let value: unknown = here;
    for (const [depth, part] of path.entries()) {
      value = (value as Body)[part];
      if (depth === path.length - 1 || !isObject(value)) {
        place[part] = value === undefined ? null : Array.isArray(value) ? value : over(source, value);
        break;
      }
      if (!isObject(place[part])) place[part] = {};
      place = place[part] as Body;
    }
  }
  return found ? kept : null;
}

/** What makes the one of the other: members that only the other has are taken away by null. */
function over(other: unknown, one: unknown): unknown {
  if (!isObject(other) || !isObject(one)) return one;
  const gone = Object.keys(other).filter((name) => !(name in one));
  return {
    ...Object.fromEntries(Object.entries(one).map(([name, value]) => [name, over(other[name], value)])),
    ...Object.fromEntries(gone.map((name) => [name, null])),
  };
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
