import {
  ActionIcon,
  Button,
  Chip,
  Group,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import { DAYS, KINDS, type FreezeWindow, type Role, type SyncPolicy, type Tenant } from "~/api/types";
import { tenantQuery, useMay, useMemberships, useTenantId } from "~/app/tenant";
import { KIND_INFO } from "~/shared/kinds";
import { notifyDone } from "~/shared/notify";
import { Outrun } from "~/shared/Outrun";
import { Section, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { useDraft } from "~/shared/useDraft";

const ROLES: { value: Role; label: string }[] = [
  { value: "VIEWER", label: "Any member" },
  { value: "USER", label: "User" },
  { value: "ADMIN", label: "Admin" },
  { value: "OWNER", label: "Owner" },
];

/** What this tenant lets in: it alone decides, whoever asks. */
export function Policy() {
  const tenant = useQuery(tenantQuery(useTenantId()));
  if (tenant.error) return <ProblemPanel error={tenant.error} onRetry={() => void tenant.refetch()} />;
  return tenant.data ? <Form tenant={tenant.data} /> : <Waiting rows={5} />;
}

function Form({ tenant }: { tenant: Tenant }) {
  const queries = useQueryClient();
  const may = useMay("ADMIN");
  const others = useMemberships()
    .filter(({ id }) => id !== tenant.id)
    .map(({ id }) => id);
  const { value: policy, set, changed, outrun, discard } = useDraft<SyncPolicy>(tenant.syncPolicy);
  const { approvals, freezeWindows } = policy;
  const save = useMutation({
    mutationFn: () => {
      const changed = Object.fromEntries(
        Object.entries(policy).filter(
          ([name, value]) =>
            JSON.stringify(value) !== JSON.stringify(tenant.syncPolicy[name as keyof SyncPolicy]),
        ),
      );
      return call(tenant.id, "patch", "/api/tenant", { body: { syncPolicy: changed } });
    },
    onSuccess: async () => {
      notifyDone("The policy holds from the next sync on.");
      await queries.invalidateQueries({ queryKey: ["tenant"] });
      discard();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack maw={820} gap="md">
        {save.error && <ProblemPanel error={save.error} />}
        {outrun && !save.isPending && (
          <Outrun ready onKeep={save.mutate} onGiveWay={discard}>
            The policy is another now.
          </Outrun>
        )}
        <div className="surface" style={{ padding: 20 }}>
          <Stack>
            <Select
              label="Role needed here to sync into this tenant"
              description="Besides Admin or Owner in the source."
              data={ROLES}
              allowDeselect={false}
              readOnly={!may}
              value={policy.minimumRole}
              onChange={(role) => role && set({ minimumRole: role })}
            />
            <Switch
              label="Take from any tenant"
              checked={!policy.allowedSources}
              disabled={!may}
              onChange={(event) => set({ allowedSources: event.currentTarget.checked ? null : others })}
            />
            {policy.allowedSources && (
              <MultiSelect
                label="Tenants it takes from"
                data={[...new Set([...others, ...policy.allowedSources])]}
                readOnly={!may}
                value={policy.allowedSources}
                onChange={(allowedSources) => set({ allowedSources })}
              />
            )}
            <Switch
              label="Take every kind"
              checked={!policy.kinds}
              disabled={!may}
              onChange={(event) => set({ kinds: event.currentTarget.checked ? null : [...KINDS] })}
            />
            {policy.kinds && (
              <MultiSelect
                label="Kinds it takes"
                data={KINDS.map((kind) => ({ value: kind, label: KIND_INFO[kind].label }))}
                readOnly={!may}
                value={policy.kinds}
                onChange={(kinds) => set({ kinds })}
              />
            )}
            <NumberInput
              label="Most that one run may remove, in percent of the copies"
              min={0}
              max={100}
              readOnly={!may}
              value={Math.round(policy.pruneLimit * 100)}
              onChange={(value) => typeof value === "number" && set({ pruneLimit: value / 100 })}
            />
          </Stack>
        </div>
        <Section
          title="Approvals"
          about="Somebody else than the one who made the plan agrees before anything changes here."
        >
          <Stack className="surface" p="lg">
            <SegmentedControl
              aria-label="When approval is needed"
              w="fit-content"
              disabled={!may}
              value={approvals.when}
              data={[
                { value: "never", label: "Never" },
                { value: "risk", label: "For risky changes" },
                { value: "always", label: "Always" },
              ]}
              onChange={(when) => set({ approvals: { ...approvals, when } })}
            />
            {approvals.when !== "never" && (
              <Group align="flex-end">
                <NumberInput
                  label="How many"
                  w={110}
                  min={1}
                  max={20}
                  readOnly={!may}
                  value={approvals.count}
                  onChange={(value) =>
                    typeof value === "number" && set({ approvals: { ...approvals, count: value } })
                  }
                />
                <Select
                  label="By at least"
                  w={150}
                  data={ROLES.slice(1)}
                  allowDeselect={false}
                  readOnly={!may}
                  value={approvals.minimumRole}
                  onChange={(role) => role && set({ approvals: { ...approvals, minimumRole: role } })}
                />
                <NumberInput
                  label="Good for hours"
                  w={150}
                  min={1}
                  max={24}
                  readOnly={!may}
                  value={approvals.expiresHours}
                  onChange={(value) =>
                    typeof value === "number" && set({ approvals: { ...approvals, expiresHours: value } })
                  }
                />
              </Group>
            )}
          </Stack>
        </Section>
        <Section
          title="Freeze windows"
          about="Times in which nothing comes in."
          actions={
            may && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                onClick={() =>
                  set({
                    freezeWindows: [
                      ...freezeWindows,
                      {
                        name: "Weekend",
                        days: ["sat", "sun"],
                        from: "00:00",
                        to: "23:59",
                        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
                      },
                    ],
                  })
                }
              >
                Add a window
              </Button>
            )
          }
        >
          <Stack gap="xs">
            {freezeWindows.length === 0 && (
              <Text size="sm" c="dimmed">
                None: it takes syncs at any time.
              </Text>
            )}
            {freezeWindows.map((window, index) => (
              <Window
                key={index}
                window={window}
                readOnly={!may}
                onChange={(next) =>
                  set({ freezeWindows: freezeWindows.map((old, at) => (at === index ? next : old)) })
                }
                onRemove={() => set({ freezeWindows: freezeWindows.filter((_, at) => at !== index) })}
              />
            ))}
          </Stack>
        </Section>
        {may && (
          <Group justify="flex-end">
            <Button variant="default" disabled={!changed} onClick={discard}>
              Discard
            </Button>
            <Button type="submit" disabled={!changed || outrun} loading={save.isPending}>
              Save the policy
            </Button>
          </Group>
        )}
      </Stack>
    </form>
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
