import { TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { FormDialog, type Doing } from "./FormDialog";

/** Asks before something that cannot be taken back; the button names what it does. */
export function Confirm({
  title,
  action,
  danger = true,
  typed,
  doing,
  onClose,
  onConfirm,
  children,
}: {
  title: string;
  action: string;
  danger?: boolean;
  /** A name that has to be typed first. */
  typed?: string | undefined;
  doing: Doing;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}) {
  const [text, setText] = useState("");
  return (
    <FormDialog
      {...{ title, action, danger, doing, onClose }}
      ready={typed === undefined || text === typed}
      focusAction={typed === undefined}
      onSubmit={onConfirm}
    >
      <div>{children}</div>
      {typed !== undefined && (
        <TextInput
          label={`Type ${typed} to go on`}
          value={text}
          spellCheck={false}
          data-autofocus
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}
