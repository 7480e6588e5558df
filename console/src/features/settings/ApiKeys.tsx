import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { ApiKey, Page as PageOf } from "~/api/types";
import { useTenantId } from "~/app/tenant";
import { Confirm } from "~/shared/Confirm";
import { DataTable } from "~/shared/DataTable";
import { Empty, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { SecretOnce } from "~/shared/SecretOnce";
import { Time } from "~/shared/Time";

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: "", label: "No end" },
];
const DAY_MS = 86_400_000;

export function ApiKeys() {
  const tenant = useTenantId();
  const queries = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [fresh, setFresh] = useState<ApiKey | null>(null);
  const [removing, setRemoving] = useState<ApiKey | null>(null);
  const list = useQuery({
    queryKey: ["apiKeys", tenant],
    queryFn: () => call<PageOf<ApiKey>>(tenant, "get", "/api/tenant/apiKeys", { query: { limit: 500 } }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["apiKeys", tenant] });
  const remove = useMutation({
    mutationFn: (id: string) => call(tenant, "delete", "/api/tenant/apiKeys/{id}", { path: { id } }),
    onSuccess: () => {
      setRemoving(null);
      return refresh();
    },
  });
  if (list.isPending) return <Waiting />;
  if (list.error) return <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />;
  const create = (
    <Button w="fit-content" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New API key
    </Button>
  );
  return (
    <Stack>
      {fresh?.token && (
        <SecretOnce
          title={`The key “${fresh.description}”`}
          secret={fresh.token}
          onDone={() => setFresh(null)}
        />
      )}
      {list.data.items.length === 0 ? (
        <Empty icon={IconKey} title="No API keys" action={create}>
          A key lets a pipeline do what you may do in this tenant. Give it to the pipeline as a secret, never on
          a command line.
        </Empty>
      ) : (
        <>
          {create}
          <DataTable
            label="API keys"
            rows={list.data.items}
            rowKey={(key) => key.id}
            columns={[
              {
                key: "what",
                header: "Key",
                render: (key) => (
                  <Text size="sm" fw={550} className="breakable">
                    {key.description}
                  </Text>
                ),
              },
              {
                key: "made",
                header: "Made",
                wide: true,
                width: 170,
                render: (key) => <Time at={key.createdAt} size="sm" c="dimmed" />,
              },
              {
                key: "ends",
                header: "Ends",
                width: 170,
                render: (key) =>
                  key.expiresAt ? (
                    <Time at={key.expiresAt} size="sm" c="dimmed" />
                  ) : (
                    <Text size="sm" c="dimmed">
                      never
                    </Text>
                  ),
              },
              {
                key: "remove",
                header: "",
                width: 100,
                align: "right",
                render: (key) => (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => setRemoving(key)}
                    aria-label={`Revoke ${key.description}`}
                  >
                    Revoke
                  </Button>
                ),
              },
            ]}
          />
        </>
      )}
      {creating && (
        <CreateKey
          tenant={tenant}
          onClose={() => setCreating(false)}
          onCreated={(key) => {
            setFresh(key);
            setCreating(false);
            void refresh();
          }}
        />
      )}
      {removing && (
        <Confirm
          opened
          title={`Revoke “${removing.description}”?`}
          action="Revoke"
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setRemoving(null)}
          onConfirm={() => remove.mutate(removing.id)}
        >
          <Text size="sm">Whatever uses it is refused from the next request on.</Text>
        </Confirm>
      )}
    </Stack>
  );
}

function CreateKey({
  tenant,
  onClose,
  onCreated,
}: {
  tenant: string;
  onClose: () => void;
  onCreated: (key: ApiKey) => void;
}) {
  const [description, setDescription] = useState("");
  const [days, setDays] = useState("90");
  const create = useMutation({
    mutationFn: () =>
      call<ApiKey>(tenant, "post", "/api/tenant/apiKeys", {
        body: {
          description,
          ...(days ? { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() } : {}),
        },
      }),
    onSuccess: onCreated,
  });
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>New API key</Text>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack>
          <TextInput
            label="What it is for"
            placeholder="Nightly sync in CI"
            required
            maxLength={200}
            value={description}
            data-autofocus
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Select
            label="How long it works"
            data={LIFETIMES}
            allowDeselect={false}
            value={days}
            onChange={(value) => setDays(value ?? "")}
          />
          {create.error && <ProblemPanel error={create.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={!description}>
              Make the key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
