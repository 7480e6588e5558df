import { Group, Menu, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMe, useMembership } from "~/app/tenant";
import { EnvironmentMark, RoleMark } from "~/shared/Mark";
import styles from "./shell.module.css";

export function TenantSwitcher() {
  const me = useMe();
  const here = useMembership();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-start" width={340}>
      <Menu.Target>
        <UnstyledButton className={styles.switcher}>
          <Text fw={650} className="truncate" maw={190}>
            {here.label}
          </Text>
          <Group gap={4} wrap="nowrap" visibleFrom="md">
            <EnvironmentMark environment={here.environment} />
            <RoleMark role={here.role} />
          </Group>
          <VisuallyHidden>Change tenant</VisuallyHidden>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
        <Menu.Label>Your tenants</Menu.Label>
        {me.tenants.map((tenant) => (
          <Menu.Item
            key={tenant.id}
            leftSection={tenant.id === here.id ? <IconCheck size={15} /> : <span style={{ width: 15 }} />}
            onClick={() => void navigate({ to: "/t/$tenant", params: { tenant: tenant.id } })}
          >
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <div style={{ minWidth: 0 }}>
                <Text size="sm" className="truncate">
                  {tenant.label}
                </Text>
                <Text size="xs" c="dimmed" className="truncate">
                  {tenant.id}
                </Text>
              </div>
              <Group gap={4} wrap="nowrap">
                <EnvironmentMark environment={tenant.environment} />
                <RoleMark role={tenant.role} />
              </Group>
            </Group>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
