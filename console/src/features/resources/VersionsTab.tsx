import { Button, Group, Radio, Stack, Table, Text } from "@mantine/core";
import { IconVersions } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Version } from "~/api/types";
import { TextDiff } from "~/shared/code";
import { FramedTable } from "~/shared/FramedTable";
import { Mark } from "~/shared/Mark";
import { Empty, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { resourceQuery, versionsQuery } from "./queries";
import type { TabProps } from "./tab";

/** "0" is the draft, as everywhere in the API. */
const nameOf = (version: string) => (version === "0" ? "draft" : `version ${version}`);

export function VersionsTab({ tenant, kind, resource }: TabProps) {
  const versions = useQuery(versionsQuery(tenant, kind, resource.id));
  const search = useSearch({ from: "/t/$tenant/resources/$kind/$id" });
  const navigate = useNavigate({ from: "/t/$tenant/resources/$kind/$id" });
  if (versions.isPending) return <Waiting />;
  if (versions.error) return <ProblemPanel error={versions.error} onRetry={() => void versions.refetch()} />;
  const published = versions.data.items
    .filter(({ version }) => version > 0)
    .sort((a, b) => b.version - a.version);
  const all = [...(resource.draft ? ["0"] : []), ...published.map(({ version }) => String(version))];
  if (all.length < 2) {
    return (
      <Empty icon={IconVersions} title="One state so far">
        Publish, and change something again: two states can then be compared here.
      </Empty>
    );
  }
  const right = all.includes(search.right ?? "") ? search.right! : all[0]!;
  const left = all.includes(search.left ?? "") ? search.left! : all[1]!;
  const choose = (side: "left" | "right", version: string) =>
    void navigate({ search: { tab: "versions", left, right, [side]: version }, replace: true });
  const rows: (Version | null)[] = [...(resource.draft ? [null] : []), ...published];
  return (
    <Stack gap="md">
      <FramedTable label="Versions" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={70}>Before</Table.Th>
            <Table.Th w={70}>After</Table.Th>
            <Table.Th>Version</Table.Th>
            <Table.Th>Note</Table.Th>
            <Table.Th>Published</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => {
            const version = String(row?.version ?? 0);
            return (
              <Table.Tr key={version}>
                <Table.Td>
                  <Radio
                    size="xs"
                    name="left"
                    aria-label={`Before: ${nameOf(version)}`}
                    checked={left === version}
                    onChange={() => choose("left", version)}
                  />
                </Table.Td>
                <Table.Td>
                  <Radio
                    size="xs"
                    name="right"
                    aria-label={`After: ${nameOf(version)}`}
                    checked={right === version}
                    onChange={() => choose("right", version)}
                  />
                </Table.Td>
                <Table.Td>
                  {row ? (
                    <Mark tone="neutral">v{row.version}</Mark>
                  ) : (
                    <Mark tone="update" glyph="✎">
                      draft
                    </Mark>
                  )}
                </Table.Td>
                <Table.Td className="breakable">{row?.note}</Table.Td>
                <Table.Td>
                  {row && (
                    <Text size="sm" c="dimmed">
                      <Time at={row.publishedAt} inherit /> by {row.publishedBy?.email ?? "someone"}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </FramedTable>
      <Group gap="xs">
        <Text size="sm" fw={550}>
          From {nameOf(left)} to {nameOf(right)}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() =>
            void navigate({ search: { tab: "versions", left: right, right: left }, replace: true })
          }
        >
          Swap
        </Button>
      </Group>
      <Comparison tenant={tenant} kind={kind} resource={resource} left={left} right={right} />
    </Stack>
  );
}

function Comparison({
  tenant,
  kind,
  resource,
  left,
  right,
}: Pick<TabProps, "tenant" | "kind" | "resource"> & {
  left: string;
  right: string;
}) {
  const before = useQuery(resourceQuery(tenant, kind, resource.id, left));
  const after = useQuery(resourceQuery(tenant, kind, resource.id, right));
  const error = before.error ?? after.error;
  if (error) return <ProblemPanel error={error} />;
  if (!before.data || !after.data) return <Waiting rows={3} />;
  const texts = [before.data, after.data].map(({ resource: { body } }) => JSON.stringify(body, null, 2));
  if (texts[0] === texts[1]) return <Text c="dimmed">The two are the same.</Text>;
  return (
    <TextDiff before={texts[0]!} after={texts[1]!} split label={`From ${nameOf(left)} to ${nameOf(right)}`} />
  );
}
