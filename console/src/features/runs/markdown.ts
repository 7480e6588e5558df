import type { Report } from "~/api/types";
import { nameOf } from "~/features/sync/rows";

const escaped = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");

const FIGURES = ["created", "updated", "unchanged", "drifted", "conflicts", "excluded", "pruned"] as const;

/** A report as a page to keep or to paste into a ticket. */
export function reportMarkdown(report: Report): string {
  const lines = [
    `# ${report.kind === "rollback" ? "Rollback" : "Sync"} from ${report.source} to ${report.target}`,
    "",
    `Run \`${report.runId}\`, ${report.status}, ${report.startedAt}`,
    "",
    "| created | updated | unchanged | drifted | conflicts | left out | removed |",
    "|---|---|---|---|---|---|---|",
  ];
  const sum = report.summary;
  if (sum) {
    lines.push(`| ${FIGURES.map((name) => sum[name] ?? 0).join(" | ")} |`);
  }
  lines.push("", "| kind | name | action | source id | target id |", "|---|---|---|---|---|");
  for (const item of report.items) {
    lines.push(
      `| ${item.kind} | ${escaped(nameOf(item))} | ${item.action} | ${item.sourceId ?? ""} | ${item.targetId ?? ""} |`,
    );
  }
  if (report.missingVariables?.length) {
    lines.push("", "Variables to set:", ...report.missingVariables.map(({ name }) => `- \`${name}\``));
  }
  return `${lines.join("\n")}\n`;
}
