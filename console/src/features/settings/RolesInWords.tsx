import { Table, Text } from "@mantine/core";
import { atLeast } from "~/api/session";
import { ROLES, type Role } from "~/api/types";
import { FramedTable } from "~/shared/FramedTable";
import { RoleMark } from "~/shared/Mark";
import { Section } from "~/shared/Page";

const PERMISSIONS: { what: string; from: Role }[] = [
  { what: "See resources, plans, runs and drift; make API keys of their own", from: "VIEWER" },
  { what: "Create, edit, publish and delete resources; set credentials", from: "USER" },
  { what: "Sync from here, and into here as the inbound policy says", from: "ADMIN" },
  { what: "Set variables, policy and webhooks; approve plans; manage members", from: "ADMIN" },
  { what: "See the audit, and what was done to each resource", from: "ADMIN" },
  { what: "Make and remove owners", from: "OWNER" },
];

export function RolesInWords() {
  return (
    <Section title="What each role may do">
      <FramedTable label="What each role may do" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Permission</Table.Th>
            {ROLES.map((role) => (
              <Table.Th key={role}>
                <RoleMark role={role} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {PERMISSIONS.map(({ what, from }) => (
            <Table.Tr key={what}>
              <Table.Td>{what}</Table.Td>
              {ROLES.map((role) => (
                <Table.Td key={role}>
                  {atLeast(role, from) ? (
                    "✓ yes"
                  ) : (
                    <Text span c="dimmed" inherit>
                      no
                    </Text>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </FramedTable>
    </Section>
  );
}
