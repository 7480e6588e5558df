import { Group, Text } from "@mantine/core";
import { IconArrowsRightLeft } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { adviceFor, asProblem } from "~/api/problem";
import { useMemberships } from "~/app/tenant";
import { DataTable } from "~/shared/DataTable";
import { byEnvironment } from "~/shared/environments";
import { AnchorLink, ButtonLink } from "~/shared/links";
import { EnvironmentMark, Mark } from "~/shared/Mark";
import { Empty, Waiting } from "~/shared/Page";
import { Time } from "~/shared/Time";
import { VersionMark } from "./marks";
import { copyQuery } from "./queries";
import type { TabProps } from "./tab";

/** The copies of this resource in the tenants that this person may see. */
export function TargetsTab({ tenant, kind, resource }: TabProps) {
  const others = byEnvironment(useMemberships()).filter(({ id }) => id !== tenant);
  const copies = useQueries({
    queries: others.map((target) => copyQuery(tenant, target.id, resource)),
  });
  if (others.length === 0) {
    return (
      <Empty icon={IconArrowsRightLeft} title="You are in one tenant only">
        When you are a member of another one, such as staging, this shows the copy there.
      </Empty>
    );
  }
  if (copies.some((copy) => copy.isPending)) return <Waiting rows={3} />;
  return (
    <>
      <DataTable
        label="Copies in other tenants"
        rows={others.map((target, index) => ({
          target,
          copy: copies[index]!.data,
          error: copies[index]!.error,
        }))}
        rowKey={({ target }) => target.id}
        columns={[
          {
            key: "tenant",
            header: "Tenant",
            render: ({ target }) => (
              <Group gap="xs">
                <Text size="sm" fw={550}>
                  {target.label}
                </Text>
                <EnvironmentMark environment={target.environment} />
              </Group>
            ),
          },
          {
            key: "copy",
            header: "Copy",
            render: ({ target, copy, error }) =>
              error ? (
                <Mark tone="blocked" glyph="×">
                  {adviceFor(asProblem(error)).title}
                </Mark>
              ) : copy ? (
                <Group gap="xs">
                  <AnchorLink
                    size="sm"
                    to="/t/$tenant/resources/$kind/$id"
                    params={{ tenant: target.id, kind, id: copy.id }}
                  >
                    {copy.name}
                  </AnchorLink>
                  {copy.drifted ? (
                    <Mark tone="drift" glyph="!">
                      drift
                    </Mark>
                  ) : (copy.publishedVersion ?? 0) < (resource.publishedVersion ?? 0) ? (
                    <Mark tone="update" glyph="~">
                      behind
                    </Mark>
                  ) : (
                    <Mark tone="create" glyph="✓">
                      promoted
                    </Mark>
                  )}
                </Group>
              ) : (
                <Mark tone="neutral" glyph="–">
                  not there
                </Mark>
              ),
          },
          {
            key: "version",
            header: "Version",
            wide: true,
            render: ({ copy }) => copy && <VersionMark resource={copy} />,
          },
          {
            key: "when",
            header: "Changed there",
            wide: true,
            render: ({ copy }) => <Time at={copy?.updatedAt} size="sm" c="dimmed" />,
          },
        ]}
      />
      <ButtonLink mt="md" variant="default" to="/t/$tenant/settings/sync" params={{ tenant }}>
        Sync…
      </ButtonLink>
    </>
  );
}
