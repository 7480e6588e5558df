import { ActionIcon, Button, PasswordInput, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconPlus, IconUserMinus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { atLeast } from "~/api/session";
import { ROLES, type Account, type Role } from "~/api/types";
import { useMay, useMe, useMembership, useTenantId } from "~/app/tenant";
import { Confirm } from "~/shared/Confirm";
import { DataTable } from "~/shared/DataTable";
import { FormDialog } from "~/shared/FormDialog";
import { FramedTable } from "~/shared/FramedTable";
import { RoleMark, roleInWords } from "~/shared/Mark";
import { notifyDone, notifyProblem } from "~/shared/notify";
import { Section, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";

const PERMISSIONS: { what: string; from: Role }[] = [
  { what: "See resources, plans, runs, drift and audit", from: "VIEWER" },
  { what: "Create, edit, publish and delete resources; set credentials", from: "USER" },
  { what: "Sync from here, and into here as the inbound policy says", from: "ADMIN" },
  { what: "Set variables, policy and webhooks; approve plans; manage members", from: "ADMIN" },
  { what: "Make and remove owners", from: "OWNER" },
];

/** Nobody gives a role above their own. */
function rolesUpTo(own: Role) {
  return ROLES.filter((role) => atLeast(own, role)).map((role) => ({ value: role, label: roleInWords(role) }));
}

export function Members() {
  const tenant = useTenantId();
  const me = useMe();
  const may = useMay("ADMIN");
  const own = useMembership().role;
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Account | null>(null);
  const list = useQuery({
    queryKey: ["accounts", tenant],
    queryFn: () => call(tenant, "get", "/api/tenant/accounts", { query: { limit: 500 } }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["accounts", tenant] });
  const change = useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) =>
      call(tenant, "patch", "/api/tenant/accounts/{id}", { path: { id }, body: { role } }),
    onSuccess: refresh,
    onError: notifyProblem,
  });
  const remove = useMutation({
    mutationFn: (id: string) => call(tenant, "delete", "/api/tenant/accounts/{id}", { path: { id } }),
    onSuccess: () => {
      setRemoving(null);
      return refresh();
    },
  });
  if (list.isPending) return <Waiting />;
  if (list.error) return <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Stack>
      {may && (
        <Button w="fit-content" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          Add a member
        </Button>
      )}
      <DataTable
        label="Members"
        rows={list.data.items}
        rowKey={(account) => account.personId}
        columns={[
          {
            key: "who",
            header: "Member",
            render: (account) => (
              <div>
                <Text size="sm" fw={550} className="breakable">
                  {account.displayName || account.email}
                </Text>
                {account.displayName && (
                  <Text size="xs" c="dimmed" className="breakable">
                    {account.email}
                  </Text>
                )}
              </div>
            ),
          },
          {
            key: "role",
            header: "Role",
            width: 190,
            render: (account) =>
              may && account.personId !== me.person.id && atLeast(own, account.role) ? (
                <Select
                  size="xs"
                  aria-label={`Role of ${account.email}`}
                  allowDeselect={false}
                  value={account.role}
                  w={140}
                  data={rolesUpTo(own)}
                  onChange={(role) => role && change.mutate({ id: account.personId, role })}
                />
              ) : (
                <RoleMark role={account.role} />
              ),
          },
          {
            key: "remove",
            header: "",
            width: 60,
            align: "right",
            render: (account) =>
              may &&
              account.personId !== me.person.id && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${account.email}`}
                  onClick={() => setRemoving(account)}
                >
                  <IconUserMinus size={16} />
                </ActionIcon>
              ),
          },
        ]}
      />
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
      {adding && <AddMember tenant={tenant} own={own} onClose={() => setAdding(false)} />}
      {removing && (
        <Confirm
          title={`Remove ${removing.email}?`}
          action="Remove from the tenant"
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setRemoving(null)}
          onConfirm={() => remove.mutate(removing.personId)}
        >
          <Text size="sm">
            They lose access to this tenant at once, and their API keys of it stop working. What they made
            stays.
          </Text>
        </Confirm>
      )}
    </Stack>
  );
}

function AddMember({ tenant, own, onClose }: { tenant: string; own: Role; onClose: () => void }) {
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [role, setRole] = useState<Role>("USER");
  const [password, setPassword] = useState("");
  const add = useMutation({
    mutationFn: () =>
      call(tenant, "post", "/api/tenant/accounts", {
        body: { email, displayName, role, ...(password ? { password } : {}) },
      }),
    onSuccess: () => {
      notifyDone(`${email} is a member now.`);
      void queries.invalidateQueries({ queryKey: ["accounts", tenant] });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Add a member"
      action="Add"
      ready={email !== ""}
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={() => add.mutate()}
    >
      <TextInput
        label="E-mail"
        type="email"
        required
        value={email}
        data-autofocus
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <TextInput
        label="Name"
        value={displayName}
        onChange={(event) => setDisplayName(event.currentTarget.value)}
      />
      <Select
        label="Role"
        allowDeselect={false}
        value={role}
        onChange={(value) => value && setRole(value)}
        data={rolesUpTo(own)}
      />
      <PasswordInput
        label="Password"
        description="Only for someone who is new to this server; others keep theirs."
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
