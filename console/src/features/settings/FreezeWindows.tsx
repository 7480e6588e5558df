import { ActionIcon, Button, Chip, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { DAYS, type FreezeWindow } from "~/api/types";
import { Section } from "~/shared/Page";

function weekend(): FreezeWindow {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { name: "Weekend", days: ["sat", "sun"], from: "00:00", to: "23:59", timeZone };
}

/** When nothing comes in. */
export function FreezeWindows({
  windows,
  readOnly,
  onChange,
}: {
  windows: FreezeWindow[];
  readOnly: boolean;
  onChange: (windows: FreezeWindow[]) => void;
}) {
  return (
    <Section
      title="Freeze windows"
      about="Times in which nothing comes in."
      actions={
        !readOnly && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...windows, weekend()])}
          >
            Add a window
          </Button>
        )
      }
    >
      <Stack gap="xs">
        {windows.length === 0 && (
          <Text size="sm" c="dimmed">
            None: it takes syncs at any time.
          </Text>
        )}
        {windows.map((window, index) => (
          <Window
            key={index}
            window={window}
            readOnly={readOnly}
            onChange={(next) => onChange(windows.map((old, at) => (at === index ? next : old)))}
            onRemove={() => onChange(windows.filter((_, at) => at !== index))}
          />
        ))}
      </Stack>
    </Section>
  );
}

function Window({
  window,
  readOnly,
  onChange,
  onRemove,
}: {
  window: FreezeWindow;
  readOnly: boolean;
  onChange: (window: FreezeWindow) => void;
  onRemove: () => void;
}) {
  const weekly = window.days !== undefined;
  return (
    <Stack className="surface" p="md" gap="xs">
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Name"
          required
          value={window.name}
          readOnly={readOnly}
          style={{ flex: "1 1 160px" }}
          onChange={(event) => onChange({ ...window, name: event.currentTarget.value })}
        />
        {weekly ? (
          <>
            <TextInput
              label="From"
              type="time"
              required
              value={window.from ?? ""}
              readOnly={readOnly}
              onChange={(event) => onChange({ ...window, from: event.currentTarget.value })}
            />
            <TextInput
              label="To"
              type="time"
              required
              value={window.to ?? ""}
              readOnly={readOnly}
              onChange={(event) => onChange({ ...window, to: event.currentTarget.value })}
            />
            <TextInput
              label="Time zone"
              required
              value={window.timeZone ?? ""}
              readOnly={readOnly}
              onChange={(event) => onChange({ ...window, timeZone: event.currentTarget.value })}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {window.start} to {window.end}
          </Text>
        )}
        {!readOnly && (
          <ActionIcon variant="default" size="lg" aria-label={`Remove ${window.name}`} onClick={onRemove}>
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </Group>
      {weekly && (
        <Chip.Group
          multiple
          value={window.days ?? []}
          onChange={(days) =>
            !readOnly && onChange({ ...window, days: DAYS.filter((day) => days.includes(day)) })
          }
        >
          <Group gap={6}>
            {DAYS.map((day) => (
              <Chip key={day} size="xs" value={day}>
                {day}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
    </Stack>
  );
}
