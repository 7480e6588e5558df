import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { ProblemPanel } from "./ProblemPanel";

/** Asks before something that cannot be taken back; the button names what it does. */
export function Confirm({
  opened,
  title,
  action,
  danger = true,
  typed,
  busy,
  error,
  onClose,
  onConfirm,
  children,
}: {
  opened: boolean;
  title: string;
  action: string;
  danger?: boolean;
  typed?: string;
  busy?: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={
        <Text fw={650} className="breakable">
          {title}
        </Text>
      }
    >
      <ConfirmBody {...{ action, danger, busy, error, onClose, onConfirm }} typed={typed}>
        {children}
      </ConfirmBody>
    </Modal>
  );
}

function ConfirmBody({
  action,
  danger,
  typed,
  busy,
  error,
  onClose,
  onConfirm,
  children,
}: {
  action: string;
  danger: boolean;
  typed: string | undefined;
  busy?: boolean | undefined;
  error?: unknown;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}) {
  const [text, setText] = useState("");
  const ready = typed === undefined || text === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onConfirm();
      }}
    >
      <Stack gap="md">
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to go on`}
            value={text}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {error !== undefined && error !== null && <ProblemPanel error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={!ready}
            loading={busy ?? false}
            {...(danger ? { color: "red.8" } : {})}
            {...(typed === undefined ? { "data-autofocus": true } : {})}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
