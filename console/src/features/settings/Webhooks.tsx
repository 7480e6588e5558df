import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { Delivery, Page as PageOf, Webhook } from "~/api/types";
import { useMay, useTenantId } from "~/app/tenant";
import { Confirm } from "~/shared/Confirm";
import { DataTable } from "~/shared/DataTable";
import { Mark } from "~/shared/Mark";
import { notifyDone, notifyProblem } from "~/shared/notify";
import { Empty, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { SecretOnce } from "~/shared/SecretOnce";
import { Time } from "~/shared/Time";

const EVENTS = [
  { value: "run.finished", label: "A run into or from this tenant finished" },
  { value: "run.failed", label: "A run failed" },
  { value: "approval.wanted", label: "A plan waits for approval" },
];

export function Webhooks() {
  const tenant = useTenantId();
  const may = useMay("ADMIN");
  const queries = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [fresh, setFresh] = useState<Webhook | null>(null);
  const [removing, setRemoving] = useState<Webhook | null>(null);
  const [opened, setOpened] = useState<Webhook | null>(null);
  const list = useQuery({
    queryKey: ["webhooks", tenant],
    queryFn: () => call<PageOf<Webhook>>(tenant, "get", "/api/tenant/webhooks"),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["webhooks", tenant] });
  const remove = useMutation({
    mutationFn: (id: string) => call(tenant, "delete", "/api/tenant/webhooks/{id}", { path: { id } }),
    onSuccess: () => {
      setRemoving(null);
      return refresh();
    },
  });
  const test = useMutation({
    mutationFn: (id: string) => call(tenant, "post", "/api/tenant/webhooks/{id}/test", { path: { id } }),
    onSuccess: () => notifyDone("A test event is on its way."),
    onError: notifyProblem,
  });
  if (list.isPending) return <Waiting />;
  if (list.error) return <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />;
  const create = may && (
    <Button w="fit-content" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New webhook
    </Button>
  );
  return (
    <Stack>
      {fresh?.secret && (
        <SecretOnce
          title="The secret that signs what is sent"
          secret={fresh.secret}
          onDone={() => setFresh(null)}
        />
      )}
      {list.data.items.length === 0 ? (
        <Empty icon={IconWebhook} title="No webhooks" action={create || undefined}>
          A webhook tells another service when a run finishes or a plan waits. Each message is signed.
        </Empty>
      ) : (
        <>
          {create}
          <DataTable
            label="Webhooks"
            rows={list.data.items}
            rowKey={(hook) => hook.id}
            columns={[
              {
                key: "url",
                header: "Address",
                render: (hook) => (
                  <div>
                    <Text size="sm" className="mono breakable">
                      {hook.url}
                    </Text>
                    {hook.description && (
                      <Text size="xs" c="dimmed" className="breakable">
                        {hook.description}
                      </Text>
                    )}
                  </div>
                ),
              },
              {
                key: "events",
                header: "Events",
                wide: true,
                render: (hook) => (
                  <Group gap={4}>
                    {hook.events.map((event) => (
                      <Mark key={event} tone="neutral">
                        {event}
                      </Mark>
                    ))}
                  </Group>
                ),
              },
              {
                key: "do",
                header: "",
                width: 250,
                align: "right",
                render: (hook) => (
                  <Group gap={6} justify="flex-end">
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => setOpened(hook)}
                      aria-label={`Deliveries to ${hook.url}`}
                    >
                      Deliveries
                    </Button>
                    {may && (
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() => test.mutate(hook.id)}
                        aria-label={`Test ${hook.url}`}
                      >
                        Test
                      </Button>
                    )}
                    {may && (
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() => setRemoving(hook)}
                        aria-label={`Remove ${hook.url}`}
                      >
                        Remove
                      </Button>
                    )}
                  </Group>
                ),
              },
            ]}
          />
        </>
      )}
      {creating && (
        <CreateWebhook
          tenant={tenant}
          onClose={() => setCreating(false)}
          onCreated={(hook) => {
            setFresh(hook);
            setCreating(false);
            void refresh();
          }}
        />
      )}
      {opened && <Deliveries tenant={tenant} hook={opened} onClose={() => setOpened(null)} />}
      {removing && (
        <Confirm
          opened
          title="Remove this webhook?"
          action="Remove"
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setRemoving(null)}
          onConfirm={() => remove.mutate(removing.id)}
        >
          <Text size="sm" className="breakable">
            Nothing more is sent to {removing.url}.
          </Text>
        </Confirm>
      )}
    </Stack>
  );
}

function CreateWebhook({
  tenant,
  onClose,
  onCreated,
}: {
  tenant: string;
  onClose: () => void;
  onCreated: (hook: Webhook) => void;
}) {
  const [url, setUrl] = useState("");
  const [description, setDescription] = useState("");
  const [events, setEvents] = useState<string[]>(["run.finished", "run.failed"]);
  const create = useMutation({
    mutationFn: () =>
      call<Webhook>(tenant, "post", "/api/tenant/webhooks", {
        body: { url, events, ...(description ? { description } : {}) },
      }),
    onSuccess: onCreated,
  });
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>New webhook</Text>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack>
          <TextInput
            label="Address"
            type="url"
            placeholder="https://hooks.acme.test/syncline"
            required
            value={url}
            data-autofocus
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <TextInput
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Checkbox.Group label="When" value={events} onChange={setEvents}>
            <Stack gap={6} mt={6}>
              {EVENTS.map(({ value, label }) => (
                <Checkbox key={value} size="xs" value={value} label={label} />
              ))}
            </Stack>
          </Checkbox.Group>
          {create.error && <ProblemPanel error={create.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={!url || events.length === 0}>
              Make the webhook
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Deliveries({ tenant, hook, onClose }: { tenant: string; hook: Webhook; onClose: () => void }) {
  const list = useQuery({
    queryKey: ["webhooks", tenant, hook.id, "deliveries"],
    refetchInterval: 5_000,
    queryFn: () =>
      call<PageOf<Delivery>>(tenant, "get", "/api/tenant/webhooks/{id}/deliveries", { path: { id: hook.id } }),
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={650}>Deliveries</Text>}>
      {list.isPending && <Waiting rows={3} />}
      {list.error && <ProblemPanel error={list.error} />}
      {list.data &&
        (list.data.items.length === 0 ? (
          <Text c="dimmed">Nothing was sent yet.</Text>
        ) : (
          <DataTable
            label="Deliveries"
            rows={list.data.items}
            rowKey={(delivery) => delivery.id ?? delivery.at + delivery.event}
            columns={[
              { key: "event", header: "Event", render: (delivery) => <Text size="sm">{delivery.event}</Text> },
              {
                key: "status",
                header: "Answer",
                render: (delivery) => (
                  <Text size="sm" className="breakable">
                    {delivery.error ?? String(delivery.status ?? "waiting")}
                  </Text>
                ),
              },
              {
                key: "at",
                header: "When",
                render: (delivery) => <Time at={delivery.at} size="sm" c="dimmed" />,
              },
            ]}
          />
        ))}
    </Modal>
  );
}
