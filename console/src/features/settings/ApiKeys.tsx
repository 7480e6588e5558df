import { Button, Select, Text, TextInput } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { ApiKey, MadeApiKey } from "~/api/types";
import { useTenantId } from "~/app/tenant";
import type { Column } from "~/shared/DataTable";
import { FormDialog } from "~/shared/FormDialog";
import { Time } from "~/shared/Time";
import { SecretList, type Form } from "./SecretList";

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: "", label: "No end" },
];
const DAY_MS = 86_400_000;

export function ApiKeys() {
  const tenant = useTenantId();
  return (
    <SecretList<ApiKey, MadeApiKey>
      tenant={tenant}
      name="apiKeys"
      may
      load={() => call(tenant, "get", "/api/tenant/apiKeys", { query: { limit: 500 } })}
      remove={(id) => call(tenant, "delete", "/api/tenant/apiKeys/{id}", { path: { id } })}
      Form={MakeKey}
      columns={columnsOf}
      words={{
        label: "API keys",
        none: "No API keys yet",
        make: "New API key",
        icon: IconKey,
        about:
          "A key lets a pipeline do what you may do in this tenant. " +
          "Give it to the pipeline as a secret, never on a command line.",
        secret: ({ description, token }) => ({ title: `The key “${description}”`, secret: token }),
        removal: ({ description }) => ({
          title: `Revoke “${description}”?`,
          action: "Revoke",
          text: "Whatever uses it is refused from the next request on.",
        }),
      }}
    />
  );
}

function columnsOf(ask: (key: ApiKey) => void): Column<ApiKey>[] {
  return [
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
          onClick={() => ask(key)}
          aria-label={`Revoke ${key.description}`}
        >
          Revoke
        </Button>
      ),
    },
  ];
}

const MakeKey: Form<MadeApiKey> = ({ tenant, onClose, onMade }) => {
  const [description, setDescription] = useState("");
  const [days, setDays] = useState("90");
  const make = useMutation({
    mutationFn: () =>
      call(tenant, "post", "/api/tenant/apiKeys", {
        body: {
          description,
          ...(days ? { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() } : {}),
        },
      }),
    onSuccess: onMade,
  });
  return (
    <FormDialog
      title="New API key"
      action="Make the key"
      ready={description !== ""}
      doing={make}
      onClose={onClose}
      onSubmit={() => make.mutate()}
    >
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
    </FormDialog>
  );
};
