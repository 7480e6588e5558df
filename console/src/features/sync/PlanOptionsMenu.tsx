import { Button, Popover, Radio, Select, Stack, Switch } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { DriftPolicy, PlanOptions } from "~/api/types";
import { releasesQuery } from "~/features/releases/queries";

const DRIFT: { value: DriftPolicy; label: string; about: string }[] = [
  { value: "keep", label: "Keep them", about: "Drifted copies stay as they are; the rest is synced." },
  { value: "overwrite", label: "Overwrite them", about: "The source wins. A rollback brings the edits back." },
  { value: "fail", label: "Stop", about: "Nothing is synced while a copy is drifted." },
];

export function PlanOptionsMenu({
  tenant,
  options,
  onChange,
}: {
  tenant: string;
  options: PlanOptions;
  onChange: (options: PlanOptions) => void;
}) {
  const releases = useQuery(releasesQuery(tenant));
  const changed = [
    options.prune,
    options.releaseId,
    options.onDrift && options.onDrift !== "overwrite",
    options.credentials === "keep",
  ].filter(Boolean).length;
  return (
    <Popover position="bottom-end" width={340} shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconAdjustments size={16} />}>
          Options{changed > 0 ? ` (${changed})` : ""}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="md">
          <Select
            label="What to send"
            value={options.releaseId ?? ""}
            allowDeselect={false}
            data={[
              { value: "", label: "The tenant as it is now" },
              ...(releases.data?.items ?? []).map(({ releaseId, name }) => ({
                value: releaseId,
                label: `Release ${name}`,
              })),
            ]}
            onChange={(releaseId) => {
              const { releaseId: _, ...rest } = options;
              onChange(releaseId ? { ...rest, releaseId } : rest);
            }}
          />
          <Radio.Group
            label="Copies that were edited in the target"
            value={options.onDrift ?? "overwrite"}
            onChange={(onDrift) => onChange({ ...options, onDrift })}
          >
            <Stack gap={6} mt={6}>
              {DRIFT.map(({ value, label, about }) => (
                <Radio key={value} size="xs" value={value} label={label} description={about} />
              ))}
            </Stack>
          </Radio.Group>
          <Switch
            label="Remove what the source no longer sends"
            description="Copies that were deleted or unmarked there."
            checked={options.prune ?? false}
            onChange={(event) => onChange({ ...options, prune: event.currentTarget.checked })}
          />
          <Switch
            label="Keep the target's credentials"
            description="Only those it has already; new ones still come along."
            checked={options.credentials === "keep"}
            onChange={(event) =>
              onChange({ ...options, credentials: event.currentTarget.checked ? "keep" : "copy" })
            }
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
