import { expect, it } from "vitest";
import type { Report } from "~/api/types";
import { reportMarkdown } from "./markdown";

it("lets no name break out of its cell", () => {
  const report = {
    runId: "r",
    kind: "sync",
    source: "dev",
    target: "prod",
    status: "succeeded",
    startedAt: "t",
    missingVariables: [{ name: "X", usedBy: [] }],
    summary: null,
    items: [{ kind: "tools", sourceId: "1", targetId: "2", name: "a|b\n<img>", action: "created" }],
  } as unknown as Report;
  expect(reportMarkdown(report)).toContain("| tools | a\\|b &lt;img> | created | 1 | 2 |");
  expect(reportMarkdown(report)).toContain("- `X`");
});
