import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemPanel } from "./ProblemPanel";

/** What the dialog has begun: a mutation is one. */
export interface Doing {
  isPending: boolean;
  error: unknown;
}

/** A dialog that asks for something and does it; a refusal is shown where it was asked. */
export function FormDialog({
  title,
  action,
  danger = false,
  ready = true,
  focusAction = false,
  doing,
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
  doing: Doing;
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
          {Boolean(doing.error) && <ProblemPanel error={doing.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={!ready}
              loading={doing.isPending}
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
