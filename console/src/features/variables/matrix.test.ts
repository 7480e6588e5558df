import { expect, it } from "vitest";
import { matrixOf } from "./matrix";

it("has a row for each name and a cell where it is set", () => {
  const variable = (name: string) => ({ name, updatedAt: "", usedBy: 0 });
  const rows = matrixOf([
    { tenant: "dev", variables: [variable("B"), variable("A")] },
    { tenant: "prod", variables: [variable("A")] },
  ]);
  expect(rows.map(({ name, cells }) => [name, [...cells.keys()]])).toEqual([
    ["A", ["dev", "prod"]],
    ["B", ["dev"]],
  ]);
});
