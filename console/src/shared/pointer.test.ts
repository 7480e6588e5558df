import { expect, it } from "vitest";
import { isLong, readablePointer } from "./pointer";

it("reads a pointer as a path that counts from one", () => {
  expect(readablePointer("/body/tools/0/toolId")).toBe("tools › 1 › toolId");
  expect(readablePointer("/body/a~1b/c~0d")).toBe("a/b › c~d");
  expect(readablePointer("/name")).toBe("name");
  expect(readablePointer("")).toBe("all of it");
});

it("gives code and prompts lines of their own", () => {
  expect(isLong("one\ntwo")).toBe(true);
  expect(isLong("gpt-4o")).toBe(false);
  expect(isLong(undefined)).toBe(false);
});
