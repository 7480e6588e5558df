import {
  ActionIcon,
  Alert,
  Button,
  Code,
  Group,
  PasswordInput,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconLock, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { FramedTable } from "~/shared/FramedTable";
import { Mark } from "~/shared/Mark";
import { notifyDone, notifyProblem } from "~/shared/notify";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import type { TabProps } from "./tab";

export function CredentialsTab({ tenant, resource, mayEdit }: TabProps) {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["resources", tenant] });
  const [field, setField] = useState("");
  const [value, setValue] = useState("");
  const set = useMutation({
    mutationFn: () =>
      call(tenant, "put", "/api/connections/{id}/credentials", {
        path: { id: resource.id },
        body: { [field.trim()]: value },
      }),
    onSuccess: () => {
      notifyDone(`${field} is set.`);
      setValue("");
      setField("");
      return onSuccess();
    },
  });
  const remove = useMutation({
    mutationFn: (name: string) =>
      call(tenant, "delete", "/api/connections/{id}/credentials/{field}", {
        path: { id: resource.id, field: name },
      }),
    onSuccess,
    onError: notifyProblem,
  });
  const entries = Object.entries(resource.credentials ?? {});
  return (
    <Stack gap="md" maw={860}>
      <Alert icon={<IconLock />} color="petrol" variant="light" p="sm">
        Credentials can be written and never read, by anyone. A sync seals them again with the target's key; a
        template such as <Code>{"${vars.API_KEY}"}</Code> goes along as it is and takes each tenant's own value.
      </Alert>
      {entries.length > 0 && (
        <FramedTable label="Credentials">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Changed</Table.Th>
              <Table.Th w={60}>
                <span style={{ display: "none" }}>Remove</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map(([name, credential]) => (
              <Table.Tr key={name}>
                <Table.Td className="mono breakable">{name}</Table.Td>
                <Table.Td>
                  {credential.template ? (
                    <Code>{credential.template}</Code>
                  ) : (
                    <Mark tone="create" glyph="✓">
                      set, hidden
                    </Mark>
                  )}
                </Table.Td>
                <Table.Td>
                  <Time at={credential.updatedAt} size="sm" c="dimmed" />
                </Table.Td>
                <Table.Td>
                  {mayEdit && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove ${name}`}
                      onClick={() => remove.mutate(name)}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </FramedTable>
      )}
      {mayEdit && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate();
          }}
          autoComplete="off"
        >
          <Stack className="surface" p="lg">
            <Text fw={600}>{entries.length > 0 ? "Set or replace a field" : "Set the first field"}</Text>
            {set.error && <ProblemPanel error={set.error} />}
            <Group align="flex-end">
              <TextInput
                label="Field"
                placeholder="apiKey"
                required
                maxLength={100}
                value={field}
                style={{ flex: "1 1 160px" }}
                onChange={(event) => setField(event.currentTarget.value)}
              />
              <PasswordInput
                label="Value"
                required
                autoComplete="new-password"
                value={value}
                style={{ flex: "2 1 240px" }}
                onChange={(event) => setValue(event.currentTarget.value)}
              />
              <Button type="submit" loading={set.isPending} disabled={!field.trim() || !value}>
                Set
              </Button>
            </Group>
          </Stack>
        </form>
      )}
      {entries.length === 0 && !mayEdit && <Text c="dimmed">No credentials are set.</Text>}
    </Stack>
  );
}
