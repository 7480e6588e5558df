import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { SyncPolicy, Tenant } from "~/api/types";
import { tenantQuery, useMay, useTenantId } from "~/app/tenant";
import { notifyDone } from "~/shared/notify";
import { Outrun } from "~/shared/Outrun";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { useDraft } from "~/shared/useDraft";
import { Admission, ApprovalRule } from "./Admission";
import { FreezeWindows } from "./FreezeWindows";

/** What this tenant lets in: it alone decides, whoever asks. */
export function Policy() {
  const tenant = useQuery(tenantQuery(useTenantId()));
  if (tenant.error) return <ProblemPanel error={tenant.error} onRetry={() => void tenant.refetch()} />;
  return tenant.data ? <Form tenant={tenant.data} /> : <Waiting rows={5} />;
}

function Form({ tenant }: { tenant: Tenant }) {
  const queries = useQueryClient();
  const may = useMay("ADMIN");
  const { value: policy, set, changed, outrun, discard } = useDraft<SyncPolicy>(tenant.syncPolicy);
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
        <Admission policy={policy} readOnly={!may} onChange={set} />
        <ApprovalRule rule={policy.approvals} readOnly={!may} onChange={(approvals) => set({ approvals })} />
        <FreezeWindows
          windows={policy.freezeWindows}
          readOnly={!may}
          onChange={(freezeWindows) => set({ freezeWindows })}
        />
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
