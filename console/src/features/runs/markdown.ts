import type { Figures, Item, Report } from "~/api/types";
import { nameOf } from "~/features/plans/rows";

const escaped = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");

const row = (cells: (string | number | null)[]) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;
const table = (heads: string[], rows: (string | number | null)[][]) => [
  row(heads),
  `|${"---|".repeat(heads.length)}`,
  ...rows.map(row),
];

const SYNC: Partial<Record<keyof Figures, string>> = {
  created: "created",
  updated: "updated",
  unchanged: "unchanged",
  drifted: "drifted",
  conflicts: "conflicts",
  excluded: "left out",
  pruned: "removed",
};
const ROLLBACK: Partial<Record<keyof Figures, string>> = {
  restored: "restored",
  deleted: "deleted",
  recreated: "brought back",
  conflicts: "conflicts",
};

/** A report as a page to keep or to paste into a ticket. */
export function reportMarkdown(report: Report): string {
  const sum: Figures = report.summary;
  const words = report.kind === "rollback" ? ROLLBACK : SYNC;
  const names = Object.keys(words) as (keyof Figures)[];
  const items: Item[] = report.items;
  const lines = [
    `# ${report.kind === "rollback" ? "Rollback" : "Sync"} from ${report.source} to ${report.target}`,
    "",
    `Run \`${report.runId}\`, ${report.status}, ${report.startedAt}`,
    "",
    ...table(Object.values(words), [names.map((name) => sum[name] ?? 0)]),
    "",
    ...table(
      ["kind", "name", "action", "source id", "target id"],
      items.map((item) => [item.kind, escaped(nameOf(item)), item.action, item.sourceId, item.targetId]),
    ),
  ];
  if (report.missingVariables.length > 0) {
    lines.push("", "Variables to set:", ...report.missingVariables.map(({ name }) => `- \`${name}\``));
  }
  return `${lines.join("\n")}\n`;
}
