import { describe, expect, it } from "vitest";
import { count, formatBytes, formatDuration, formatRelative, formatValue } from "./format";

const now = Date.parse("2026-11-25T12:00:00Z");

describe("formatRelative", () => {
  it("says how long ago in the largest unit that fits", () => {
    expect(formatRelative("2026-11-25T11:59:58Z", now)).toBe("just now");
    expect(formatRelative("2026-11-25T11:57:00Z", now)).toBe("3 minutes ago");
    expect(formatRelative("2026-11-24T12:00:00Z", now)).toBe("yesterday");
    expect(formatRelative("2026-11-26T13:00:00Z", now)).toBe("tomorrow");
  });

  it("shows what is no time as it came", () => {
    expect(formatRelative("soon", now)).toBe("soon");
  });
});

it("counts in words", () => {
  expect(count(1, "change")).toBe("1 change");
  expect(count(2000, "copy", "copies")).toBe("2,000 copies");
});

it("shows sizes and durations as people say them", () => {
  expect([formatBytes(0), formatBytes(1500), formatBytes(123_456_789)]).toEqual(["0 B", "1.5 KB", "123 MB"]);
  expect([formatDuration(12), formatDuration(1800), formatDuration(61_000)]).toEqual([
    "12 ms",
    "1.8 s",
    "1 min 1 s",
  ]);
});

it("shows values of JSON on one line", () => {
  expect([formatValue(undefined), formatValue(""), formatValue({ a: 1 })]).toEqual(["—", "(empty)", '{"a":1}']);
});
