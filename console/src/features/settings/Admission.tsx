import { Group, MultiSelect, NumberInput, SegmentedControl, Select, Stack, Switch } from "@mantine/core";
import { KINDS, type Role, type SyncPolicy } from "~/api/types";
import { useMemberships, useTenantId } from "~/app/tenant";
import { KIND_INFO } from "~/shared/kinds";
import { Section } from "~/shared/Page";

const ROLES: { value: Role; label: string }[] = [
  { value: "VIEWER", label: "Any member" },
  { value: "USER", label: "User" },
  { value: "ADMIN", label: "Admin" },
  { value: "OWNER", label: "Owner" },
];

/** Who may bring what in. */
export function Admission({
  policy,
  readOnly,
  onChange,
}: {
  policy: SyncPolicy;
  readOnly: boolean;
  onChange: (change: Partial<SyncPolicy>) => void;
}) {
  const here = useTenantId();
  const others = useMemberships()
    .filter(({ id }) => id !== here)
    .map(({ id }) => id);
  return (
    <div className="surface" style={{ padding: 20 }}>
      <Stack>
        <Select
          label="Role needed here to sync into this tenant"
          description="Besides Admin or Owner in the source."
          data={ROLES}
          allowDeselect={false}
          readOnly={readOnly}
          value={policy.minimumRole}
          onChange={(role) => role && onChange({ minimumRole: role })}
        />
        <Switch
          label="Take from any tenant"
          checked={!policy.allowedSources}
          disabled={readOnly}
          onChange={(event) => onChange({ allowedSources: event.currentTarget.checked ? null : others })}
        />
        {policy.allowedSources && (
          <MultiSelect
            label="Tenants it takes from"
            data={[...new Set([...others, ...policy.allowedSources])]}
            readOnly={readOnly}
            value={policy.allowedSources}
            onChange={(allowedSources) => onChange({ allowedSources })}
          />
        )}
        <Switch
          label="Take every kind"
          checked={!policy.kinds}
          disabled={readOnly}
          onChange={(event) => onChange({ kinds: event.currentTarget.checked ? null : [...KINDS] })}
        />
        {policy.kinds && (
          <MultiSelect
            label="Kinds it takes"
            data={KINDS.map((kind) => ({ value: kind, label: KIND_INFO[kind].label }))}
            readOnly={readOnly}
            value={policy.kinds}
            onChange={(kinds) => onChange({ kinds })}
          />
        )}
        <NumberInput
          label="Most that one run may remove, in percent of the copies"
          min={0}
          max={100}
          readOnly={readOnly}
          value={Math.round(policy.pruneLimit * 100)}
          onChange={(value) => typeof value === "number" && onChange({ pruneLimit: value / 100 })}
        />
      </Stack>
    </div>
  );
}

type Rule = SyncPolicy["approvals"];

/** Whether somebody else has to agree first. */
export function ApprovalRule({
  rule,
  readOnly,
  onChange,
}: {
  rule: Rule;
  readOnly: boolean;
  onChange: (rule: Rule) => void;
}) {
  return (
    <Section
      title="Approvals"
      about="Somebody else than the one who made the plan agrees before anything changes here."
    >
      <Stack className="surface" p="lg">
        <SegmentedControl
          aria-label="When approval is needed"
          w="fit-content"
          disabled={readOnly}
          value={rule.when}
          data={[
            { value: "never", label: "Never" },
            { value: "risk", label: "For risky changes" },
            { value: "always", label: "Always" },
          ]}
          onChange={(when) => onChange({ ...rule, when })}
        />
        {rule.when !== "never" && (
          <Group align="flex-end">
            <NumberInput
              label="How many"
              w={110}
              min={1}
              max={20}
              readOnly={readOnly}
              value={rule.count}
              onChange={(value) => typeof value === "number" && onChange({ ...rule, count: value })}
            />
            <Select
              label="By at least"
              w={150}
              data={ROLES.slice(1)}
              allowDeselect={false}
              readOnly={readOnly}
              value={rule.minimumRole}
              onChange={(role) => role && onChange({ ...rule, minimumRole: role })}
            />
            <NumberInput
              label="Good for hours"
              w={150}
              min={1}
              max={24}
              readOnly={readOnly}
              value={rule.expiresHours}
              onChange={(value) => typeof value === "number" && onChange({ ...rule, expiresHours: value })}
            />
          </Group>
        )}
      </Stack>
    </Section>
  );
}
