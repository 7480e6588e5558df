import { Alert, Anchor, Group, Switch, Tabs } from "@mantine/core";
import { IconArrowDownLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { Kind, Resource } from "~/api/types";
import { useMay, useTenantId } from "~/app/tenant";
import { KIND_INFO } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { ActivityTab } from "./ActivityTab";
import { ContentTab } from "./ContentTab";
import { CopyTab } from "./CopyTab";
import { CredentialsTab } from "./CredentialsTab";
import { DependenciesTab } from "./DependenciesTab";
import { FileTab } from "./FileTab";
import { useKind } from "./kind";
import { OriginMarks, VersionMark } from "./marks";
import { resourceQuery, useResourceActions } from "./queries";
import { ResourceActions } from "./ResourceActions";
import { TargetsTab } from "./TargetsTab";
import { VersionsTab } from "./VersionsTab";

export function ResourcePage() {
  const kind = useKind();
  const tenant = useTenantId();
  const { id } = useParams({ from: "/t/$tenant/resources/$kind/$id" });
  const loaded = useQuery(resourceQuery(tenant, kind, id));
  const back = (
    <AnchorLink to="/t/$tenant/resources/$kind" params={{ tenant, kind }} size="sm">
      ← {KIND_INFO[kind].label}
    </AnchorLink>
  );
  if (loaded.isPending)
    return (
      <Page title={KIND_INFO[kind].one} before={back}>
        <Waiting />
      </Page>
    );
  if (loaded.error) {
    return (
      <Page title={KIND_INFO[kind].one} before={back}>
        <ProblemPanel error={loaded.error} onRetry={() => void loaded.refetch()} />
      </Page>
    );
  }
  return (
    <ResourceView key={id} kind={kind} resource={loaded.data.resource} etag={loaded.data.etag} back={back} />
  );
}

function tabsOf(kind: Kind, resource: Resource, mayAudit: boolean): { value: string; label: string }[] {
  return [
    ...(kind === "documents" ? [{ value: "file", label: "File" }] : []),
    { value: "content", label: kind === "documents" ? "Details" : "Content" },
    ...(kind === "connections" ? [{ value: "credentials", label: "Credentials" }] : []),
    ...(KIND_INFO[kind].versioned ? [{ value: "versions", label: "Versions" }] : []),
    { value: "dependencies", label: "Dependencies" },
    ...(resource.syncedFrom || resource.detachedFrom
      ? [{ value: "copy", label: "Copy" }]
      : [{ value: "targets", label: "Targets" }]),
    ...(mayAudit ? [{ value: "activity", label: "Activity" }] : []),
  ];
}

function ResourceView({
  kind,
  resource,
  etag,
  back,
}: {
  kind: Kind;
  resource: Resource;
  etag: string | null;
  back: React.ReactNode;
}) {
  const tenant = useTenantId();
  const mayEdit = useMay("USER");
  const navigate = useNavigate({ from: "/t/$tenant/resources/$kind/$id" });
  const search = useSearch({ from: "/t/$tenant/resources/$kind/$id" });
  const tabs = tabsOf(kind, resource, useMay("ADMIN"));
  const tab = tabs.some(({ value }) => value === search.tab) ? search.tab! : tabs[0]!.value;
  const { setSyncable } = useResourceActions(tenant, kind);
  const props = { tenant, kind, resource, etag, mayEdit };
  return (
    <Page
      title={resource.name}
      before={back}
      about={
        <Group gap="xs" mt={4}>
          <VersionMark resource={resource} />
          <OriginMarks resource={resource} />
          <span>
            Changed <Time at={resource.updatedAt} inherit />
            {resource.updatedBy?.email ? ` by ${resource.updatedBy.email}` : ""}
          </span>
        </Group>
      }
      commands={{ cli: `syncline ${kind} get ${resource.id}`, curl: { path: `/api/${kind}/${resource.id}` } }}
      actions={
        <>
          {!resource.syncedFrom && (
            <Switch
              label="Syncable"
              checked={resource.syncable}
              disabled={!mayEdit || setSyncable.isPending}
              onChange={(event) =>
                setSyncable.mutate({ ids: [resource.id], syncable: event.currentTarget.checked })
              }
            />
          )}
          {mayEdit && <ResourceActions kind={kind} resource={resource} />}
        </>
      }
    >
      {resource.syncedFrom && (
        <Alert icon={<IconArrowDownLeft />} color="petrol" variant="light" mb="md" p="sm">
          This is a copy from {resource.syncedFrom}. The next sync brings its changes; what you edit here counts
          as drift.{" "}
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => void navigate({ search: { tab: "copy" } })}
          >
            Keep values of its own
          </Anchor>
        </Alert>
      )}
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ search: value ? { tab: value } : {}, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="file">
          <FileTab {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="content">
          <ContentTab {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="credentials">
          <CredentialsTab {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <VersionsTab {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="dependencies">
          <DependenciesTab {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="targets">
          <TargetsTab {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="copy">
          <CopyTab {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="activity">
          <ActivityTab {...props} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
