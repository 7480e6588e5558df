import "../more-styles";
import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import type { Shortcut } from "./shortcuts";

const ON_LISTS = [
  { keys: "j", label: "Next row" },
  { keys: "k", label: "Row before" },
  { keys: "Enter", label: "Open the row" },
  { keys: "x", label: "Select the row" },
  { keys: "Esc", label: "Close" },
];

export default function ShortcutHelp({
  opened,
  onClose,
  shortcuts,
}: {
  opened: boolean;
  onClose: () => void;
  shortcuts: Shortcut[];
}) {
  const all = [{ keys: "Ctrl K", label: "All commands" }, ...shortcuts, ...ON_LISTS];
  return (
    <Modal opened={opened} onClose={onClose} title={<Text fw={650}>Keyboard shortcuts</Text>}>
      <Stack gap={6}>
        {all.map(({ keys, label }) => (
          <Group key={keys} justify="space-between">
            <Text size="sm">{label}</Text>
            <Group gap={4}>
              {keys.split(" ").map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
