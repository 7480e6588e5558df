import { Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconArrowBackUp, IconDownload } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { atLeast } from "~/api/session";
import type { Figures as ReportFigures, Item, Report } from "~/api/types";
import { useMemberships } from "~/app/tenant";
import { ItemDetail } from "~/features/plans/ItemDetail";
import { PlanList } from "~/features/plans/PlanList";
import { keyOf, matching } from "~/features/plans/rows";
import { download } from "~/shared/download";
import { FilterField } from "~/shared/FilterField";
import { formatNumber } from "~/shared/format";
import { AnchorLink } from "~/shared/links";
import { ACTIONS, Mark } from "~/shared/Mark";
import { Notice } from "~/shared/Notice";
import split from "~/shared/split.module.css";
import { reportMarkdown } from "./markdown";
import { RunHeadline } from "./RunHeadline";

/** Said also when there are none. */
const ALWAYS = new Set<keyof ReportFigures>(["created", "updated", "restored"]);
const FIGURES = [
  "created",
  "updated",
  "restored",
  "recreated",
  "deleted",
  "pruned",
  "drifted",
  "conflicts",
  "excluded",
  "unchanged",
] as const;

/** What a run did, what is left to do, and the way back. */
export function ReportView({ report, onRollback }: { report: Report; onRollback?: (id: string) => void }) {
  const target = useMemberships().find(({ id }) => id === report.target);
  const mayUndo =
    onRollback && report.kind !== "rollback" && !report.rolledBackBy && target && atLeast(target.role, "ADMIN");
  return (
    <Stack gap="md">
      <section className="surface" style={{ padding: 18 }} aria-label="Summary">
        <Group justify="space-between" align="flex-start" gap="md">
          <Stack gap={8}>
            <RunHeadline run={report}>
              {report.kind === "sync" && report.releaseName && <Mark tone="brand">{report.releaseName}</Mark>}
              {report.rolledBackBy && (
                <Mark tone="neutral" glyph="↶">
                  undone since
                </Mark>
              )}
            </RunHeadline>
            <Figures report={report} />
          </Stack>
          <Group gap="xs">
            <Export report={report} />
            {mayUndo && (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={16} />}
                onClick={() => onRollback(report.runId)}
              >
                Roll back…
              </Button>
            )}
          </Group>
        </Group>
      </section>
      <NextSteps report={report} />
      <Items report={report} />
    </Stack>
  );
}

function Figures({ report }: { report: Report }) {
  const sum: ReportFigures = report.summary;
  return (
    <Group gap="lg">
      {FIGURES.filter((name) => (sum[name] ?? 0) > 0 || (sum[name] === 0 && ALWAYS.has(name))).map((name) => {
        const look = ACTIONS[name === "conflicts" ? "conflict" : name];
        return (
          <div key={name}>
            <Text fz={22} fw={650} lh={1.1} className="tabular">
              {formatNumber(sum[name] ?? 0)}
            </Text>
            <Text size="xs" c="dimmed">
              <span className="mono" aria-hidden>
                {look.glyph}
              </span>{" "}
              {look.done}
            </Text>
          </div>
        );
      })}
    </Group>
  );
}

function NextSteps({ report }: { report: Report }) {
  const { missingVariables: variables, danglingReferences: dangling, warnings } = report;
  if (variables.length === 0 && dangling.length === 0 && warnings.length === 0) return null;
  return (
    <Notice icon={<IconAlertTriangle />} title="Next">
      <Stack gap="xs">
        {variables.length > 0 && (
          <Text size="sm">
            Set in {report.target}:{" "}
            <b className="mono breakable">{variables.map(({ name }) => name).join(", ")}</b>.{" "}
            <AnchorLink size="sm" to="/t/$tenant/variables" params={{ tenant: report.target }}>
              Open its variables
            </AnchorLink>
          </Text>
        )}
        {dangling.length > 0 && (
          <Text size="sm">
            {dangling.length} references lead nowhere in {report.target}; sync the kinds they name.
          </Text>
        )}
        {warnings.map((warning) => (
          <Text size="sm" key={warning}>
            {warning}
          </Text>
        ))}
      </Stack>
    </Notice>
  );
}

function Items({ report }: { report: Report }) {
  const [text, setText] = useState("");
  const [selected, setSelected] = useState<string | null>(null);
  const all: Item[] = report.items;
  const items = useMemo(() => matching(all, "all", text), [all, text]);
  const current = items.find((item) => keyOf(item) === selected) ?? items[0];
  if (report.items.length === 0) return <Text c="dimmed">Nothing had to be written.</Text>;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>What was done</Title>
        <FilterField size="xs" w={220} label="Filter the items" value={text} onChange={setText} />
      </Group>
      <div className={split.split}>
        <PlanList items={items} done selected={current ? keyOf(current) : null} onSelect={setSelected} />
        <ItemDetail item={current} done source={report.source} target={report.target} />
      </div>
    </Stack>
  );
}

function Export({ report }: { report: Report }) {
  const name = `syncline-${report.target}-${report.runId}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={() => download(`${name}.json`, "application/json", JSON.stringify(report, null, 2))}
        >
          As JSON
        </Menu.Item>
        <Menu.Item onClick={() => download(`${name}.md`, "text/markdown", reportMarkdown(report))}>
          As Markdown
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
