import { describe, expect, it } from "vitest";
import type { Item, PlanGraph } from "~/api/types";
import { neighbourhood } from "./neighbourhood";
import { groupedByStep, matching, whyIncluded } from "./rows";

const item = (name: string | null, more: Partial<Item> = {}): Item => ({
  kind: "tools",
  sourceId: `id of ${name}`,
  targetId: null,
  name,
  action: "created",
  ...more,
});

describe("matching", () => {
  const items = [
    item("a"),
    item("b", { action: "updated", drifted: true }),
    item("c", { action: "unchanged" }),
    item(null, { kind: null, action: "excluded" }),
  ];

  it("shows all but what stays the same when nothing is chosen", () => {
    expect(matching(items, "all").map(({ name }) => name)).toEqual(["a", "b", null]);
  });

  it("finds by state and by name", () => {
    expect(matching(items, "drift").map(({ name }) => name)).toEqual(["b"]);
    expect(matching(items, "all", " A ").map(({ name }) => name)).toEqual(["a"]);
  });
});

it("groups by step in the order of the steps, references to nothing last", () => {
  const rows = groupedByStep([
    item(null, { kind: null }),
    item("x", { kind: "agents" }),
    item("y", { kind: "documents" }),
  ]);
  expect(rows.map((row) => (row.type === "step" ? row.kind : row.item.name))).toEqual([
    "documents",
    "y",
    "agents",
    "x",
    null,
    null,
  ]);
});

it("says why an item is in a plan", () => {
  expect(whyIncluded(item("crm", { because: ["agents/Support", "tools/create/ticket"] }))).toBe(
    "needed by Support → create/ticket",
  );
  expect(whyIncluded(item("support"))).toBe("marked syncable");
});

it("keeps changes and what they touch", () => {
  const node = (id: string, action: PlanGraph["nodes"][number]["action"]) => ({
    kind: "tools" as const,
    id,
    name: id,
    action,
  });
  const shown = neighbourhood({
    nodes: [node("new", "created"), node("beside", "unchanged"), node("far", "unchanged")],
    edges: [
      { from: "new", to: "beside" },
      { from: "beside", to: "far" },
    ],
  });
  expect(shown.nodes.map(({ id }) => id)).toEqual(["new", "beside"]);
  expect(shown.edges).toHaveLength(1);
});
