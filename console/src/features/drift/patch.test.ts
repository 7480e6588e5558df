import { expect, it } from "vitest";
import { patchOf } from "./patch";

it("keeps what was changed here as a merge patch", () => {
  expect(
    patchOf([
      { pointer: "/body/model", target: "gpt-4o", state: "target_only" },
      { pointer: "/body/limits/timeoutMs", target: 5, state: "conflict" },
      { pointer: "/body/gone", state: "target_only" },
      { pointer: "/body/prompt", source: "new", state: "source_only" },
    ]),
  ).toEqual({ model: "gpt-4o", limits: { timeoutMs: 5 }, gone: null });
});

it("cannot keep a change inside a list, or of a name", () => {
  expect(patchOf([{ pointer: "/body/tools/0/toolId", target: "x", state: "target_only" }])).toBeNull();
  expect(patchOf([{ pointer: "/name", target: "x", state: "target_only" }])).toBeNull();
});
