import { ENVIRONMENTS, type Membership } from "~/api/types";

/** In the order that changes travel. */
export function byEnvironment<Tenant extends Pick<Membership, "environment" | "label">>(
  tenants: Tenant[],
): Tenant[] {
  const rank = ({ environment }: Tenant) => ENVIRONMENTS.indexOf(environment);
  return [...tenants].sort((a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label));
}
