import { Checkbox, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { MadeWebhook, WebhookEvent } from "~/api/types";
import { FormDialog } from "~/shared/FormDialog";
import type { Form } from "./SecretList";

const EVENTS: { value: WebhookEvent; label: string }[] = [
  { value: "run.finished", label: "A run into or from this tenant finished" },
  { value: "run.failed", label: "A run failed" },
  { value: "approval.wanted", label: "A plan waits for approval" },
];

export const MakeWebhook: Form<MadeWebhook> = ({ tenant, onClose, onMade }) => {
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
      doing={make}
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
