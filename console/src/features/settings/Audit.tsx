import { Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconShieldCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { call, open } from "~/api/client";
import { useTenantId } from "~/app/tenant";
import { download } from "~/shared/download";
import { FilterField } from "~/shared/FilterField";
import { count } from "~/shared/format";
import { Mark } from "~/shared/Mark";
import { notifyProblem } from "~/shared/notify";
import { AuditList, type AuditFilter } from "./AuditList";

export function Audit() {
  const tenant = useTenantId();
  const search = useSearch({ from: "/t/$tenant/settings/$section" });
  const navigate = useNavigate({ from: "/t/$tenant/settings/$section" });
  const filter: AuditFilter = {
    ...(search.action ? { action: search.action } : {}),
    ...(search.actor ? { actor: search.actor } : {}),
  };
  const verify = useMutation({
    mutationFn: () => call(tenant, "get", "/api/tenant/audit/verify"),
    onError: notifyProblem,
  });
  const save = useMutation({
    mutationFn: async () => {
      const answer = await open(tenant, "get", "/api/tenant/audit/export");
      download(`syncline-audit-${tenant}.ndjson`, "application/x-ndjson", await answer.blob());
    },
    onError: notifyProblem,
  });
  const set = (change: AuditFilter) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <FilterField
          w={260}
          label="Filter by action"
          placeholder="Action, such as resource.create"
          value={search.action ?? ""}
          onChange={(action) => set({ action: action || undefined })}
        />
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={16} />}
            loading={verify.isPending}
            onClick={() => verify.mutate()}
          >
            Verify the chain
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            Export
          </Button>
        </Group>
      </Group>
      {verify.data && (
        <Group className="surface" p="sm" gap="xs" role="status">
          {verify.data.valid ? (
            <Mark tone="create" glyph="✓">
              unbroken
            </Mark>
          ) : (
            <Mark tone="blocked" glyph="×">
              broken at row {verify.data.firstBad}
            </Mark>
          )}
          <Text size="sm">
            {count(verify.data.rows, "row")}, each sealed to the one before. Head{" "}
            <span className="mono breakable">{verify.data.head}</span>
          </Text>
        </Group>
      )}
      <AuditList tenant={tenant} filter={filter} />
    </Stack>
  );
}
