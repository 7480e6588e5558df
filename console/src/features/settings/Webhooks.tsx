import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { Delivery, MadeWebhook, Webhook, WebhookEvent } from "~/api/types";
import { useMay, useTenantId } from "~/app/tenant";
import { DataTable, type Column } from "~/shared/DataTable";
import { FormDialog } from "~/shared/FormDialog";
import { Mark, type Tone } from "~/shared/Mark";
import { notifyDone, notifyProblem } from "~/shared/notify";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { SecretList, type Form } from "./SecretList";

const EVENTS: { value: WebhookEvent; label: string }[] = [
  { value: "run.finished", label: "A run into or from this tenant finished" },
  { value: "run.failed", label: "A run failed" },
  { value: "approval.wanted", label: "A plan waits for approval" },
];

export function Webhooks() {
  const tenant = useTenantId();
  const may = useMay("ADMIN");
  const [opened, setOpened] = useState<Webhook | null>(null);
  const test = useMutation({
    mutationFn: ({ id }: Webhook) => call(tenant, "post", "/api/tenant/webhooks/{id}/test", { path: { id } }),
    onSuccess: () => notifyDone("A test event is on its way."),
    onError: notifyProblem,
  });
  return (
    <>
      <SecretList<Webhook, MadeWebhook>
        tenant={tenant}
        name="webhooks"
        may={may}
        load={() => call(tenant, "get", "/api/tenant/webhooks", { query: { limit: 500 } })}
        remove={(id) => call(tenant, "delete", "/api/tenant/webhooks/{id}", { path: { id } })}
        Form={MakeWebhook}
        columns={(ask) => columnsOf(may, { open: setOpened, test: test.mutate, remove: ask })}
        words={{
          label: "Webhooks",
          make: "New webhook",
          icon: IconWebhook,
          about: "A webhook tells another service when a run finishes or a plan waits. Each message is signed.",
          secret: ({ secret }) => ({ title: "The secret that signs what is sent", secret }),
          removal: ({ url }) => ({
            title: "Remove this webhook?",
            action: "Remove",
            text: `Nothing more is sent to ${url}.`,
          }),
        }}
      />
      {opened && <Deliveries tenant={tenant} hook={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

type Verb = "open" | "test" | "remove";
const VERBS: { verb: Verb; word: string; label: (url: string) => string }[] = [
  { verb: "open", word: "Deliveries", label: (url) => `Deliveries to ${url}` },
  { verb: "test", word: "Test", label: (url) => `Test ${url}` },
  { verb: "remove", word: "Remove", label: (url) => `Remove ${url}` },
];

function columnsOf(may: boolean, actions: Record<Verb, (hook: Webhook) => void>): Column<Webhook>[] {
  return [
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
          {VERBS.filter(({ verb }) => may || verb === "open").map(({ verb, word, label }) => (
            <Button
              key={verb}
              size="compact-xs"
              variant="default"
              onClick={() => actions[verb](hook)}
              aria-label={label(hook.url)}
            >
              {word}
            </Button>
          ))}
        </Group>
      ),
    },
  ];
}

const MakeWebhook: Form<MadeWebhook> = ({ tenant, onClose, onMade }) => {
  const [url, setUrl] = useState("");
  const [description, setDescription] = useState("");
  const [events, setEvents] = useState<WebhookEvent[]>(["run.finished", "run.failed"]);
  const make = useMutation({
    mutationFn: () =>
      call(tenant, "post", "/api/tenant/webhooks", {
        body: { url, events, ...(description ? { description } : {}) },
      }),
    onSuccess: onMade,
  });
  return (
    <FormDialog
      title="New webhook"
      action="Make the webhook"
      ready={url !== "" && events.length > 0}
      busy={make.isPending}
      error={make.error}
      onClose={onClose}
      onSubmit={() => make.mutate()}
    >
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
    </FormDialog>
  );
};

const DELIVERY: Record<Delivery["status"], { tone: Tone; glyph: string }> = {
  waiting: { tone: "neutral", glyph: "…" },
  delivered: { tone: "create", glyph: "✓" },
  failed: { tone: "blocked", glyph: "×" },
};

function Deliveries({ tenant, hook, onClose }: { tenant: string; hook: Webhook; onClose: () => void }) {
  const list = useQuery({
    queryKey: ["webhooks", tenant, hook.id, "deliveries"],
    refetchInterval: 5_000,
    queryFn: () => call(tenant, "get", "/api/tenant/webhooks/{id}/deliveries", { path: { id: hook.id } }),
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
            rowKey={(delivery) => delivery.id}
            columns={[
              { key: "event", header: "Event", render: ({ event }) => <Text size="sm">{event}</Text> },
              {
                key: "status",
                header: "State",
                render: ({ status }) => (
                  <Mark tone={DELIVERY[status].tone} glyph={DELIVERY[status].glyph}>
                    {status}
                  </Mark>
                ),
              },
              {
                key: "answer",
                header: "Answer",
                render: ({ error, answerStatus, attempts }) => (
                  <Text size="sm" className="breakable">
                    {error ?? answerStatus ?? "none yet"}
                    {attempts > 1 ? `, after ${attempts} tries` : ""}
                  </Text>
                ),
              },
              {
                key: "at",
                header: "When",
                render: ({ triedAt, createdAt }) => <Time at={triedAt ?? createdAt} size="sm" c="dimmed" />,
              },
            ]}
          />
        ))}
    </Modal>
  );
}
