import {
  ActionIcon,
  Button,
  Group,
  Menu,
  PasswordInput,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconDots, IconPlus, IconSearch, IconVariable } from "@tabler/icons-react";
import { queryOptions, useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "~/api/client";
import { atLeast } from "~/api/session";
import type { Membership, Variable } from "~/api/types";
import { useMembership, useMemberships, useTenantId } from "~/app/tenant";
import { Confirm } from "~/shared/Confirm";
import { byEnvironment } from "~/shared/environments";
import { count } from "~/shared/format";
import { FormDialog } from "~/shared/FormDialog";
import { FramedTable } from "~/shared/FramedTable";
import { EnvironmentMark, Mark } from "~/shared/Mark";
import { notifyDone } from "~/shared/notify";
import { Empty, Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";
import { matrixOf } from "./matrix";

interface Cell {
  tenant: Membership;
  name: string;
}

function variablesQuery(tenant: string) {
  return queryOptions({
    queryKey: ["variables", tenant],
    queryFn: () => call(tenant, "get", "/api/tenant/variables", { query: { limit: 500 } }),
  });
}

/** Which variable is set where. Values can be written and never read. */
export function VariablesPage() {
  const tenant = useTenantId();
  const here = useMembership();
  const others = useMemberships().filter(({ id }) => id !== tenant);
  const { q } = useSearch({ from: "/t/$tenant/variables" });
  const navigate = useNavigate({ from: "/t/$tenant/variables" });
  const [onlyGaps, setOnlyGaps] = useState(false);
  const [setting, setSetting] = useState<Cell | null>(null);
  const [removing, setRemoving] = useState<Cell | null>(null);
  const tenants = byEnvironment([here, ...others]);
  const lists = useQueries({
    queries: tenants.map(({ id }) => variablesQuery(id)),
  });
  const mayHere = atLeast(here.role, "ADMIN");
  const rows = matrixOf(
    tenants.map(({ id }, index) => ({ tenant: id, variables: lists[index]?.data?.items ?? [] })),
  )
    .filter((row) => !q || row.name.toLowerCase().includes(q.toLowerCase()))
    .filter((row) => !onlyGaps || tenants.some(({ id }) => !row.cells.has(id)));
  const failed = lists.find(({ error }) => error)?.error;
  const add = mayHere && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setSetting({ tenant: here, name: "" })}>
      Set a variable
    </Button>
  );
  return (
    <Page
      title="Variables"
      about="Each tenant has values of its own, and a template takes that of the tenant it runs in. None is ever shown."
      actions={add}
      commands={{ cli: "syncline var list", curl: { path: "/api/tenant/variables" } }}
    >
      <Stack gap="sm">
        <Group gap="md">
          <TextInput
            w={280}
            placeholder="Filter by name"
            aria-label="Filter variables"
            data-filter
            leftSection={<IconSearch size={15} />}
            value={q ?? ""}
            onChange={(event) =>
              void navigate({
                search: event.currentTarget.value ? { q: event.currentTarget.value } : {},
                replace: true,
              })
            }
          />
          {tenants.length > 1 && (
            <Switch
              label="Only what is missing somewhere"
              checked={onlyGaps}
              onChange={(event) => setOnlyGaps(event.currentTarget.checked)}
            />
          )}
        </Group>
        {failed && <ProblemPanel error={failed} />}
        {lists.some(({ isPending }) => isPending) ? (
          <Waiting />
        ) : rows.length === 0 ? (
          <Empty
            icon={IconVariable}
            title={q || onlyGaps ? "Nothing matches" : "No variables yet"}
            action={q || onlyGaps ? undefined : add || undefined}
          >
            Put a key or a host that differs between tenants into a variable, and write{" "}
            <span className="mono">{"${vars.NAME}"}</span> where it is used.
          </Empty>
        ) : (
          <FramedTable label="Variables by tenant">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                {tenants.map((column) => (
                  <Table.Th key={column.id}>
                    <Group gap={6} wrap="nowrap">
                      <span>{column.id}</span>
                      <EnvironmentMark environment={column.environment} />
                    </Group>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.name}>
                  <Table.Td className="mono breakable" miw={160}>
                    {row.name}
                  </Table.Td>
                  {tenants.map((column) => (
                    <Table.Td key={column.id}>
                      <CellView
                        variable={row.cells.get(column.id)}
                        may={atLeast(column.role, "ADMIN")}
                        name={row.name}
                        tenant={column.id}
                        onSet={() => setSetting({ tenant: column, name: row.name })}
                        onRemove={() => setRemoving({ tenant: column, name: row.name })}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </FramedTable>
        )}
      </Stack>
      {setting && <SetVariable cell={setting} onClose={() => setSetting(null)} />}
      {removing && <RemoveVariable cell={removing} onClose={() => setRemoving(null)} />}
    </Page>
  );
}

function CellView({
  variable,
  may,
  name,
  tenant,
  onSet,
  onRemove,
}: {
  variable: Variable | undefined;
  may: boolean;
  name: string;
  tenant: string;
  onSet: () => void;
  onRemove: () => void;
}) {
  if (!variable) {
    return (
      <Group gap="xs" wrap="nowrap">
        <Mark tone="drift" glyph="○">
          not set
        </Mark>
        {may && (
          <Button size="compact-xs" variant="default" onClick={onSet} aria-label={`Set ${name} in ${tenant}`}>
            Set
          </Button>
        )}
      </Group>
    );
  }
  return (
    <Group gap="xs" wrap="nowrap">
      <Mark tone="create" glyph="✓">
        set
      </Mark>
      <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }} visibleFrom="sm">
        <Time at={variable.updatedAt} inherit />
        {variable.usedBy > 0 ? `, used by ${variable.usedBy}` : ""}
      </Text>
      {may && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`Change ${name} in ${tenant}`}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onSet}>Replace the value</Menu.Item>
            <Menu.Item c="var(--tone-blocked)" onClick={onRemove}>
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

function SetVariable({ cell, onClose }: { cell: Cell; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(cell.name);
  const [value, setValue] = useState("");
  const set = useMutation({
    mutationFn: () =>
      call(cell.tenant.id, "put", "/api/tenant/variables/{name}", { path: { name }, body: { value } }),
    onSuccess: () => {
      notifyDone(`${name} is set in ${cell.tenant.id}.`);
      void queries.invalidateQueries({ queryKey: ["variables", cell.tenant.id] });
      onClose();
    },
  });
  return (
    <FormDialog
      title={`Set a variable in ${cell.tenant.label}`}
      action="Set"
      ready={name !== "" && value !== ""}
      busy={set.isPending}
      error={set.error}
      onClose={onClose}
      onSubmit={() => set.mutate()}
    >
      <TextInput
        label="Name"
        description="Letters, digits and underscores."
        required
        maxLength={100}
        value={name}
        readOnly={cell.name !== ""}
        pattern="[A-Za-z_][A-Za-z0-9_]*"
        {...(cell.name === "" ? { "data-autofocus": true } : {})}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label="Value"
        required
        autoComplete="new-password"
        value={value}
        {...(cell.name !== "" ? { "data-autofocus": true } : {})}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function RemoveVariable({ cell, onClose }: { cell: Cell; onClose: () => void }) {
  const queries = useQueryClient();
  const used =
    queries.getQueryData(variablesQuery(cell.tenant.id).queryKey)?.items.find(({ name }) => name === cell.name)
      ?.usedBy ?? 0;
  const remove = useMutation({
    mutationFn: () =>
      call(cell.tenant.id, "delete", "/api/tenant/variables/{name}", { path: { name: cell.name } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["variables", cell.tenant.id] });
      onClose();
    },
  });
  return (
    <Confirm
      title={`Remove ${cell.name} from ${cell.tenant.id}?`}
      action="Remove"
      busy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <Text size="sm">
        {used > 0
          ? `${count(used, "resource")} there will find nothing in its place.`
          : "Nothing there uses it."}{" "}
        The value cannot be brought back.
      </Text>
    </Confirm>
  );
}
