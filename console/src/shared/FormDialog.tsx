import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemPanel } from "./ProblemPanel";

/** A dialog that asks for something and does it; a refusal is shown where it was asked. */
export function FormDialog({
  title,
  action,
  danger = false,
  ready = true,
  focusAction = false,
  busy,
  error,
  onClose,
  onSubmit,
  children,
}: {
  title: string;
  /** What the button says that it does. */
  action: string;
  danger?: boolean;
  ready?: boolean;
  /** When there is nothing to type, the button has the focus. */
  focusAction?: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        <Text fw={650} className="breakable">
          {title}
        </Text>
      }
    >
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onSubmit();
        }}
      >
        <Stack gap="md">
          {children}
          {error !== null && error !== undefined && <ProblemPanel error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={!ready}
              loading={busy}
              {...(danger ? { color: "red.8" } : {})}
              {...(focusAction ? { "data-autofocus": true } : {})}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
