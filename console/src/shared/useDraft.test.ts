import { describe, expect, it } from "vitest";
import { follow } from "./useDraft";

const same = (a: string, b: string) => a === b;

describe("a draft", () => {
  it("follows its original while nothing is typed", () => {
    expect(follow({ base: "old", value: "old" }, "new", same)).toEqual({ base: "new", value: "new" });
  });

  it("keeps what is typed when the original moves on", () => {
    const typed = { base: "old", value: "mine" };

    expect(follow(typed, "theirs", same)).toBe(typed);
  });

  it("is settled when the original becomes what was typed", () => {
    expect(follow({ base: "old", value: "mine" }, "mine", same)).toEqual({ base: "mine", value: "mine" });
  });

  it("stays as it is while its original does", () => {
    const typed = { base: "old", value: "mine" };

    expect(follow(typed, "old", same)).toBe(typed);
  });
});
