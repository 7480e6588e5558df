import { ENVIRONMENTS, type Environment, type Membership, type Pair } from "~/api/types";
import { byEnvironment } from "~/shared/environments";

export interface Column {
  environment: Environment;
  tenants: Membership[];
}

/** A column for each environment that has a tenant. */
export function columnsOf(tenants: Membership[]): Column[] {
  return ENVIRONMENTS.map((environment) => ({
    environment,
    tenants: byEnvironment(tenants.filter((tenant) => tenant.environment === environment)),
  })).filter((column) => column.tenants.length > 0);
}

export interface Attention {
  key: string;
  tone: "drift" | "update" | "blocked";
  glyph: string;
  pair: Pair;
  what: "behind" | "drifted" | "orphans";
}

/** What of the pairs around a tenant wants a person. */
export function attentionOf(pairs: Pair[], tenant: string): Attention[] {
  return pairs
    .filter((pair) => pair.source === tenant || pair.target === tenant)
    .flatMap((pair) => {
      const key = `${pair.source}>${pair.target}`;
      const found: Attention[] = [];
      if (pair.drifted > 0)
        found.push({ key: `${key}:drift`, tone: "drift", glyph: "!", pair, what: "drifted" });
      if (pair.behind > 0)
        found.push({ key: `${key}:behind`, tone: "update", glyph: "~", pair, what: "behind" });
      if (pair.orphans > 0)
        found.push({ key: `${key}:orphans`, tone: "blocked", glyph: "−", pair, what: "orphans" });
      return found;
    });
}
