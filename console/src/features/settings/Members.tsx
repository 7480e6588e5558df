import { ActionIcon, Button, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconUserMinus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { atLeast } from "~/api/session";
import type { Account, Role } from "~/api/types";
import { useMay, useMe, useMembership, useTenantId } from "~/app/tenant";
import { Confirm } from "~/shared/Confirm";
import { DataTable } from "~/shared/DataTable";
import { RoleMark } from "~/shared/Mark";
import { notifyProblem } from "~/shared/notify";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { AddMember } from "./AddMember";
import { rolesUpTo } from "./roles";
import { RolesInWords } from "./RolesInWords";

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
                {account.displayName && account.displayName !== account.email && (
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
      <RolesInWords />
      {adding && <AddMember tenant={tenant} own={own} onClose={() => setAdding(false)} />}
      {removing && (
        <Confirm
          title={`Remove ${removing.email}?`}
          action="Remove from the tenant"
          doing={remove}
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
