import { atLeast } from "~/api/session";
import { ROLES, type Role } from "~/api/types";
import { roleInWords } from "~/shared/Mark";

/** Nobody gives a role above their own. */
export function rolesUpTo(own: Role) {
  return ROLES.filter((role) => atLeast(own, role)).map((role) => ({ value: role, label: roleInWords(role) }));
}
