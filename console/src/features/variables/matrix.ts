import type { Membership, Variable } from "~/api/types";

export interface Cell {
  tenant: Membership;
  name: string;
}

export interface MatrixRow {
  name: string;
  cells: Map<string, Variable>;
}

/** One row a name, in order, with the tenants that have it. */
export function matrixOf(lists: { tenant: string; variables: Variable[] }[]): MatrixRow[] {
  const rows = new Map<string, MatrixRow>();
  for (const { tenant, variables } of lists) {
    for (const variable of variables) {
      const row = rows.get(variable.name) ?? { name: variable.name, cells: new Map() };
      row.cells.set(tenant, variable);
      rows.set(variable.name, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name));
}
