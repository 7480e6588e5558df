import { expect, it } from "vitest";
import { patchOf } from "./patch";

const HERE = {
  model: "gpt-4o",
  limits: { timeoutMs: 5 },
  prompt: "old",
  tools: [{ toolId: "x" }, { toolId: "y" }],
  nested: { list: [1, 2] },
};

it("keeps what was changed here as a merge patch", () => {
  expect(
    patchOf(
      [
        { pointer: "/body/model", target: "gpt-4o", state: "target_only" },
        { pointer: "/body/limits/timeoutMs", target: 5, state: "conflict" },
        { pointer: "/body/gone", state: "target_only" },
        { pointer: "/body/prompt", source: "new", state: "source_only" },
      ],
      HERE,
      {},
    ),
  ).toEqual({ model: "gpt-4o", limits: { timeoutMs: 5 }, gone: null });
});

it("keeps a list as a whole, whichever of its entries was added, removed, moved or changed", () => {
  expect(
    patchOf(
      [
        { pointer: "/body/tools/0/toolId", target: "x", state: "target_only", inTarget: { op: "changed" } },
        { pointer: "/body/tools/1", state: "target_only", inTarget: { op: "moved", from: "2", to: "1" } },
        { pointer: "/body/tools/7", state: "conflict", inTarget: { op: "removed" } },
        { pointer: "/body/nested/list/1", target: 2, state: "target_only", inTarget: { op: "added" } },
      ],
      HERE,
      {},
    ),
  ).toEqual({ tools: HERE.tools, nested: { list: [1, 2] } });
});

it("leaves a list alone that only the source has changed", () => {
  expect(patchOf([{ pointer: "/body/tools/0", source: {}, state: "source_only" }], HERE, {})).toBeNull();
});

it("keeps what the override held before", () => {
  expect(
    patchOf([{ pointer: "/body/limits/timeoutMs", target: 5, state: "target_only" }], HERE, {
      limits: { retries: 1 },
      model: "gpt-4o",
    }),
  ).toEqual({ limits: { retries: 1, timeoutMs: 5 }, model: "gpt-4o" });
});

it("takes members away that only the source has", () => {
  expect(
    patchOf(
      [{ pointer: "/body/new", source: { a: 1, b: 2 }, target: { a: 3 }, state: "conflict" }],
      { new: { a: 3 } },
      {},
    ),
  ).toEqual({ new: { a: 3, b: null } });
});

it("cannot keep a name or a published version", () => {
  expect(patchOf([{ pointer: "/name", target: "x", state: "target_only" }], HERE, {})).toBeNull();
  expect(patchOf([{ pointer: "/versions/2", target: {}, state: "target_only" }], HERE, {})).toBeNull();
});
