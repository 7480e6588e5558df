import { expect, it } from "vitest";
import { fieldsFor, withField, withIds } from "./bodyForm";

it("keeps what an entry holds beside its id", () => {
  const before = [{ toolId: "a", version: 2 }, { toolId: "b" }];
  expect(withIds(before, ["c", "a"], "toolId")).toEqual([{ toolId: "c" }, { toolId: "a", version: 2 }]);
  expect(withIds(["a"], ["a", "b"])).toEqual(["a", "b"]);
});

it("drops an emptied field and leaves the others", () => {
  expect(withField({ model: "x", more: 1 }, "model", "")).toEqual({ more: 1 });
});

it("asks a tool for what its type needs", () => {
  expect(fieldsFor("tools", { type: "javascript" }).map(({ name }) => name)).toEqual(["type", "code"]);
});
