import { PasswordInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Confirm } from "~/shared/Confirm";
import { count } from "~/shared/format";
import { FormDialog } from "~/shared/FormDialog";
import type { Cell } from "./matrix";
import { useRemoveVariable, useSetVariable } from "./queries";

/** A new one when the cell names none. */
export function SetVariable({ cell, onClose }: { cell: Cell; onClose: () => void }) {
  const known = cell.name !== "";
  const [name, setName] = useState(cell.name);
  const [value, setValue] = useState("");
  const set = useSetVariable(onClose);
  return (
    <FormDialog
      title={`Set a variable in ${cell.tenant.label}`}
      action="Set"
      ready={name !== "" && value !== ""}
      doing={set}
      onClose={onClose}
      onSubmit={() => set.mutate({ tenant: cell.tenant.id, name, value })}
    >
      <TextInput
        label="Name"
        description="Letters, digits and underscores."
        required
        maxLength={100}
        value={name}
        readOnly={known}
        pattern="[A-Za-z_][A-Za-z0-9_]*"
        {...(known ? {} : { "data-autofocus": true })}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label="Value"
        required
        autoComplete="new-password"
        value={value}
        {...(known ? { "data-autofocus": true } : {})}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

export function RemoveVariable({
  cell: { tenant, name },
  used,
  onClose,
}: {
  cell: Cell;
  /** How many resources there want it. */
  used: number;
  onClose: () => void;
}) {
  const remove = useRemoveVariable(onClose);
  return (
    <Confirm
      title={`Remove ${name} from ${tenant.id}?`}
      action="Remove"
      doing={remove}
      onClose={onClose}
      onConfirm={() => remove.mutate({ tenant: tenant.id, name })}
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
