import { PasswordInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { Role } from "~/api/types";
import { FormDialog } from "~/shared/FormDialog";
import { notifyDone } from "~/shared/notify";
import { rolesUpTo } from "./roles";

export function AddMember({ tenant, own, onClose }: { tenant: string; own: Role; onClose: () => void }) {
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
      doing={add}
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
