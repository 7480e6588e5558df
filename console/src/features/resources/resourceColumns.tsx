import { Group, Switch, Text } from "@mantine/core";
import type { Kind, ResourceSummary } from "~/api/types";
import type { Column } from "~/shared/DataTable";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { Time } from "~/shared/Time";
import { OriginMarks, VersionMark } from "./marks";

const VERSION: Column<ResourceSummary> = {
  key: "version",
  header: "Version",
  wide: true,
  width: 130,
  render: (row) => <VersionMark resource={row} />,
};

export function resourceColumns(
  tenant: string,
  kind: Kind,
  mayEdit: boolean,
  onSyncable: (row: ResourceSummary, syncable: boolean) => void,
): Column<ResourceSummary>[] {
  return [
    {
      key: "name",
      header: "Name",
      render: (row) => (
        <Group gap={10} wrap="nowrap" style={{ minWidth: 0 }}>
          <KindIcon kind={row.kind} />
          <div style={{ minWidth: 0 }}>
            <AnchorLink
              to="/t/$tenant/resources/$kind/$id"
              params={{ tenant, kind: row.kind, id: row.id }}
              fw={550}
              c="var(--mantine-color-text)"
              className="breakable"
            >
              {row.name}
            </AnchorLink>
            {row.description && (
              <Text size="xs" c="dimmed" lineClamp={1} className="breakable">
                {row.description}
              </Text>
            )}
          </div>
        </Group>
      ),
    },
    {
      key: "origin",
      header: "Origin",
      wide: true,
      width: 190,
      render: (row) => <OriginMarks resource={row} />,
    },
    ...(KIND_INFO[kind].versioned ? [VERSION] : []),
    {
      key: "syncable",
      header: "Syncable",
      width: 96,
      render: (row) =>
        row.syncedFrom ? (
          <Text size="xs" c="dimmed">
            a copy
          </Text>
        ) : (
          <Switch
            size="sm"
            checked={row.syncable}
            disabled={!mayEdit}
            aria-label={`Syncable: ${row.name}`}
            onChange={(event) => onSyncable(row, event.currentTarget.checked)}
          />
        ),
    },
    {
      key: "updated",
      header: "Changed",
      wide: true,
      width: 150,
      render: (row) => <Time at={row.updatedAt} size="sm" c="dimmed" />,
    },
  ];
}
