import { describe, expect, it } from "vitest";
import { changedPart, diffLines, foldSame, sideBySide } from "./diff";

const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ op, text }) => `${{ same: " ", removed: "-", added: "+" }[op]}${text}`);

describe("diffLines", () => {
  it("gives equal texts as they are", () => {
    expect(shown("a\nb", "a\nb")).toEqual([" a", " b"]);
  });

  it("finds one changed line among equal ones", () => {
    expect(shown("a\nb\nc", "a\nx\nc")).toEqual([" a", "-b", "+x", " c"]);
  });

  it("keeps what both have between two changes", () => {
    expect(shown("a\nb\nc\nd\ne", "a\nB\nc\nD\ne")).toEqual([" a", "-b", "+B", " c", "-d", "+D", " e"]);
  });

  it("numbers the lines of each side", () => {
    expect(diffLines("a\nb", "x\na\nb").map(({ before, after }) => [before, after])).toEqual([
      [null, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  it("gives back both texts for any pair", () => {
    let seed = 7;
    const next = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    for (let round = 0; round < 300; round += 1) {
      const text = () => Array.from({ length: next(12) }, () => "abc"[next(3)]).join("\n");
      const [before, after] = [text(), text()];
      const lines = diffLines(before, after);
      expect(
        lines
          .filter(({ op }) => op !== "added")
          .map((line) => line.text)
          .join("\n"),
      ).toBe(before);
      expect(
        lines
          .filter(({ op }) => op !== "removed")
          .map((line) => line.text)
          .join("\n"),
      ).toBe(after);
    }
  });

  it("takes two long texts without a common line", () => {
    const lines = (name: string) => Array.from({ length: 4000 }, (_, index) => name + index).join("\n");
    expect(diffLines(lines("a"), lines("b"))).toHaveLength(8000);
  });
});

describe("foldSame", () => {
  it("folds what is far from a change and nothing else", () => {
    const before = Array.from({ length: 20 }, (_, index) => `l${index}`).join("\n");
    const folded = foldSame(diffLines(before, before.replace("l10", "x")));
    expect(folded.map((line) => (line.op === "folded" ? line.lines.length : line.text))).toEqual([
      7,
      "l7",
      "l8",
      "l9",
      "l10",
      "x",
      "l11",
      "l12",
      "l13",
      6,
    ]);
  });
});

describe("sideBySide", () => {
  it("puts a line beside the one that replaced it", () => {
    const [row] = sideBySide(diffLines("a", "b"));
    expect(row).toMatchObject({ before: { line: { text: "a" } }, after: { line: { text: "b" } } });
  });
});

describe("changedPart", () => {
  it("is the middle that differs", () => {
    expect(changedPart("model: gpt-4o", "model: gpt-5")).toEqual([11, 13, 12]);
    expect(changedPart("aaa", "aa")).toEqual([2, 3, 2]);
  });
});
