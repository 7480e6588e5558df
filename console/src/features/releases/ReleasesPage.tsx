import { Button, Text, Textarea, TextInput } from "@mantine/core";
import { IconBox, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "~/api/client";
import { KINDS, type Release } from "~/api/types";
import { useMay, useTenantId } from "~/app/tenant";
import { DataTable } from "~/shared/DataTable";
import { count } from "~/shared/format";
import { FormDialog } from "~/shared/FormDialog";
import { KIND_INFO } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { Empty, Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { releasesQuery } from "./queries";

export function contentsInWords(summary: Release["summary"]): string {
  const parts = KINDS.filter((kind) => (summary?.[kind] ?? 0) > 0).map((kind) =>
    count(summary[kind]!, KIND_INFO[kind].one),
  );
  return parts.join(", ") || "nothing";
}

export function ReleasesPage() {
  const tenant = useTenantId();
  const navigate = useNavigate();
  const mayCreate = useMay("ADMIN");
  const [creating, setCreating] = useState(false);
  const list = useQuery(releasesQuery(tenant));
  const rows = list.data?.items ?? [];
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New release
    </Button>
  );
  return (
    <Page
      title="Releases"
      about="A release holds what was syncable at one moment, under a name: staging and production get the very same."
      actions={create}
      commands={{ cli: "syncline release list", curl: { path: "/api/tenant/sync/releases" } }}
    >
      {list.isPending && <Waiting />}
      {list.error && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <Empty icon={IconBox} title="No releases yet" action={create || undefined}>
          Make one when a state is worth keeping. It can be promoted to one tenant today and to the next one
          next week, whatever changes here meanwhile.
        </Empty>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Releases"
          rows={rows}
          rowKey={(release) => release.releaseId}
          onOpen={(release) =>
            void navigate({ to: "/t/$tenant/releases/$id", params: { tenant, id: release.releaseId } })
          }
          columns={[
            {
              key: "name",
              header: "Release",
              render: (release) => (
                <div>
                  <AnchorLink
                    fw={550}
                    c="var(--mantine-color-text)"
                    className="breakable"
                    to="/t/$tenant/releases/$id"
                    params={{ tenant, id: release.releaseId }}
                  >
                    {release.name}
                  </AnchorLink>
                  {release.note && (
                    <Text size="xs" c="dimmed" lineClamp={1} className="breakable">
                      {release.note}
                    </Text>
                  )}
                </div>
              ),
            },
            {
              key: "what",
              header: "Contents",
              wide: true,
              render: (release) => (
                <Text size="sm" c="dimmed">
                  {contentsInWords(release.summary)}
                </Text>
              ),
            },
            {
              key: "when",
              header: "Made",
              width: 290,
              render: (release) => (
                <Text size="sm" c="dimmed">
                  <Time at={release.createdAt} inherit /> by {release.createdBy?.email}
                </Text>
              ),
            },
          ]}
        />
      )}
      {creating && <CreateRelease tenant={tenant} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function CreateRelease({ tenant, onClose }: { tenant: string; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const create = useMutation({
    mutationFn: () =>
      call(tenant, "post", "/api/tenant/sync/releases", {
        body: { name: name.trim(), ...(note ? { note } : {}) },
      }),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ["releases", tenant] });
      void navigate({ to: "/t/$tenant/releases/$id", params: { tenant, id: made.releaseId } });
    },
  });
  return (
    <FormDialog
      title="New release"
      action="Create the release"
      ready={name.trim() !== ""}
      doing={create}
      onClose={onClose}
      onSubmit={() => create.mutate()}
    >
      <Text size="sm">It takes everything that is syncable in {tenant} now, with all it uses.</Text>
      <TextInput
        label="Name"
        placeholder="2026-11"
        required
        maxLength={200}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Textarea
        label="Note"
        autosize
        minRows={2}
        value={note}
        maxLength={1000}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
