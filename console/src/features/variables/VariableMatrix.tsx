import { ActionIcon, Box, Button, Group, Menu, Table, Text } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { atLeast } from "~/api/session";
import type { Membership, Variable } from "~/api/types";
import { FramedTable } from "~/shared/FramedTable";
import { EnvironmentMark, Mark } from "~/shared/Mark";
import { Time } from "~/shared/Time";
import type { Cell, MatrixRow } from "./matrix";

interface Actions {
  onSet: (cell: Cell) => void;
  onRemove: (cell: Cell) => void;
}

/** A row a name, a column a tenant. */
export function VariableMatrix({
  tenants,
  rows,
  ...actions
}: { tenants: Membership[]; rows: MatrixRow[] } & Actions) {
  return (
    <FramedTable label="Variables by tenant">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          {tenants.map((tenant) => (
            <Table.Th key={tenant.id}>
              <Group gap={6} wrap="nowrap">
                <span>{tenant.id}</span>
                <Box component="span" visibleFrom="sm">
                  <EnvironmentMark environment={tenant.environment} />
                </Box>
              </Group>
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ name, cells }) => (
          <Table.Tr key={name}>
            <Table.Td className="mono breakable" miw={{ base: 110, sm: 160 }}>
              {name}
            </Table.Td>
            {tenants.map((tenant) => (
              <Table.Td key={tenant.id}>
                <CellView cell={{ tenant, name }} variable={cells.get(tenant.id)} {...actions} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </FramedTable>
  );
}

function CellView({
  cell,
  variable,
  onSet,
  onRemove,
}: { cell: Cell; variable: Variable | undefined } & Actions) {
  const may = atLeast(cell.tenant.role, "ADMIN");
  const inWords = `${cell.name} in ${cell.tenant.id}`;
  if (!variable) {
    return (
      <Group gap="xs" wrap="nowrap">
        <Mark tone="drift" glyph="○">
          not set
        </Mark>
        {may && (
          <Button size="compact-xs" variant="default" onClick={() => onSet(cell)} aria-label={`Set ${inWords}`}>
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
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`Change ${inWords}`}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onSet(cell)}>Replace the value</Menu.Item>
            <Menu.Item c="var(--tone-blocked)" onClick={() => onRemove(cell)}>
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
