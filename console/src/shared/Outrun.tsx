import { Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Notice } from "./Notice";

/** Two people at the same form: nothing of either is lost unseen. */
export function Outrun({
  ready,
  onKeep,
  onGiveWay,
  children,
}: {
  ready: boolean;
  onKeep: () => void;
  onGiveWay: () => void;
  children: ReactNode;
}) {
  return (
    <Notice role="alert" title="Someone changed this meanwhile">
      <Stack gap="xs">
        <Text size="sm">{children} What you typed is still here, and not saved.</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onGiveWay}>
            Show theirs and drop mine
          </Button>
          <Button size="xs" color="red.8" disabled={!ready} onClick={onKeep}>
            Save mine over theirs
          </Button>
        </Group>
      </Stack>
    </Notice>
  );
}
