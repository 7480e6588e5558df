import { Button, Code, Group, Menu, Stack, Text } from "@mantine/core";
import { IconArrowsRightLeft } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMay, useMemberships, useTenantId } from "~/app/tenant";
import { makePlan, planQuery } from "~/features/plans/queries";
import { DataTable } from "~/shared/DataTable";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { EnvironmentMark, Mark } from "~/shared/Mark";
import { Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { releaseQuery } from "./queries";
import { contentsInWords } from "./ReleasesPage";

export function ReleasePage() {
  const tenant = useTenantId();
  const { id } = useParams({ from: "/t/$tenant/releases/$id" });
  const release = useQuery(releaseQuery(tenant, id));
  const back = (
    <AnchorLink to="/t/$tenant/releases" params={{ tenant }} size="sm">
      ← Releases
    </AnchorLink>
  );
  if (!release.data) {
    return (
      <Page title="Release" before={back}>
        {release.error ? (
          <ProblemPanel error={release.error} onRetry={() => void release.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    );
  }
  const { name, note, createdAt, createdBy, summary, items = [], digest } = release.data;
  return (
    <Page
      title={name}
      before={back}
      actions={<Promote tenant={tenant} id={id} />}
      about={
        <>
          Made <Time at={createdAt} inherit /> by {createdBy?.email}: {contentsInWords(summary)}.
        </>
      }
      commands={{ cli: `syncline release show ${id}`, curl: { path: `/api/tenant/sync/releases/${id}` } }}
    >
      <Stack gap="sm">
        {note && <Text className="breakable">{note}</Text>}
        <Text size="xs" c="dimmed">
          Digest <Code className="breakable">{digest}</Code>: equal digests, equal contents.
        </Text>
        <DataTable
          label="Contents"
          rows={items}
          rowKey={(item) => item.kind + item.id}
          columns={[
            {
              key: "name",
              header: "Name",
              render: (item) => (
                <Group gap={8} wrap="nowrap">
                  <KindIcon kind={item.kind} />
                  <Text size="sm" className="breakable">
                    {item.name}
                  </Text>
                </Group>
              ),
            },
            {
              key: "kind",
              header: "Kind",
              wide: true,
              render: (item) => (
                <Text size="sm" c="dimmed">
                  {KIND_INFO[item.kind].one}
                </Text>
              ),
            },
            {
              key: "version",
              header: "Version",
              render: (item) => (
                <Group gap={4}>
                  {item.published ? <Mark tone="neutral">v{item.published}</Mark> : null}
                  {item.draft && KIND_INFO[item.kind].versioned && (
                    <Mark tone="update" glyph="✎">
                      draft
                    </Mark>
                  )}
                </Group>
              ),
            },
          ]}
        />
      </Stack>
    </Page>
  );
}

function Promote({ tenant, id }: { tenant: string; id: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const may = useMay("ADMIN");
  const targets = useMemberships().filter((membership) => membership.id !== tenant);
  const plan = useMutation({
    mutationFn: (target: string) => makePlan(tenant, target, { releaseId: id }),
    onSuccess: (made) => {
      queries.setQueryData(planQuery(tenant, made.planId).queryKey, made);
      void navigate({
        to: "/t/$tenant/settings/sync",
        params: { tenant },
        search: { target: made.target, plan: made.planId },
      });
    },
  });
  if (!may || targets.length === 0) return null;
  return (
    <Stack gap="xs" align="flex-end">
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<IconArrowsRightLeft size={16} />} loading={plan.isPending}>
            Promote to…
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {targets.map((target) => (
            <Menu.Item key={target.id} onClick={() => plan.mutate(target.id)}>
              <Group justify="space-between" gap="lg">
                <span>{target.label}</span>
                <EnvironmentMark environment={target.environment} />
              </Group>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {plan.error && <ProblemPanel error={plan.error} />}
    </Stack>
  );
}
