import { describe, expect, it } from "vitest";
import { detailsInWords } from "./auditDetails";

describe("the details of an entry of the audit", () => {
  it("say what changed from what to what", () => {
    expect(detailsInWords({ syncable: { from: false, to: true } })).toBe("syncable: false → true");
  });

  it("name each value of a list", () => {
    expect(detailsInWords({ changed: ["name", "body"], version: 3 })).toBe(
      "changed: name and body, version: 3",
    );
  });

  it("keep what has no words as it is", () => {
    expect(detailsInWords({ window: { name: "Year end" }, before: null })).toBe(
      'window: {"name":"Year end"}, before: none',
    );
  });

  it("are nothing when there are none", () => {
    expect(detailsInWords(undefined)).toBe("");
  });
});
