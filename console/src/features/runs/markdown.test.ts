import { expect, it } from "vitest";
import type { Report } from "~/api/types";
import { reportMarkdown } from "./markdown";

const run = {
  runId: "r",
  source: "dev",
  target: "prod",
  steps: ["tools" as const],
  status: "succeeded" as const,
  startedBy: { id: "1", email: "leo@acme.test" },
  startedAt: "2026-11-25T12:00:00Z",
  finishedAt: "2026-11-25T12:00:01Z",
  durationMs: 1000,
  planId: null,
  releaseId: null,
  rolledBackBy: null,
  danglingReferences: [],
  warnings: [],
};
const sync: Report = {
  ...run,
  kind: "sync",
  releaseName: null,
  rollsBack: null,
  summary: { created: 1, updated: 0, unchanged: 7, drifted: 0, conflicts: 0, excluded: 0, pruned: 0 },
  byStep: {},
  orphans: [],
  missingVariables: [{ name: "X", usedBy: [] }],
  items: [{ kind: "tools", sourceId: "1", targetId: "2", name: "a|b\n<img>", action: "created" }],
};
const rollback: Report = {
  ...run,
  kind: "rollback",
  rollsBack: "s",
  summary: { restored: 0, deleted: 1, recreated: 0, conflicts: 0 },
  byStep: {},
  missingVariables: [],
  items: [{ kind: "tools", sourceId: null, targetId: "2", name: "Search", action: "deleted" }],
};

it("lets no name break out of its cell", () => {
  expect(reportMarkdown(sync)).toContain("| tools | a\\|b &lt;img> | created | 1 | 2 |");
  expect(reportMarkdown(sync)).toContain("- `X`");
});

it("has the figures of its kind", () => {
  expect(reportMarkdown(sync)).toContain(
    "| created | updated | unchanged | drifted | conflicts | left out | removed |\n" +
      "|---|---|---|---|---|---|---|\n| 1 | 0 | 7 |",
  );
  expect(reportMarkdown(rollback)).toContain(
    "| restored | deleted | brought back | conflicts |\n|---|---|---|---|\n| 0 | 1 | 0 | 0 |",
  );
  expect(reportMarkdown(rollback)).toContain("| tools | Search | deleted |  | 2 |");
});
