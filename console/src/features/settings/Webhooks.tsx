import { Button, Group, Text } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { MadeWebhook, Webhook } from "~/api/types";
import { useMay, useTenantId } from "~/app/tenant";
import type { Column } from "~/shared/DataTable";
import { Mark } from "~/shared/Mark";
import { notifyDone, notifyProblem } from "~/shared/notify";
import { Deliveries } from "./Deliveries";
import { MakeWebhook } from "./MakeWebhook";
import { SecretList } from "./SecretList";

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
          none: "No webhooks yet",
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
