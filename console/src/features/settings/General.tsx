import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import { ENVIRONMENTS, type Tenant } from "~/api/types";
import { tenantQuery, useMay, useTenantId } from "~/app/tenant";
import { notifyDone } from "~/shared/notify";
import { Outrun } from "~/shared/Outrun";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { useDraft } from "~/shared/useDraft";

export function General() {
  const tenant = useQuery(tenantQuery(useTenantId()));
  if (tenant.error) return <ProblemPanel error={tenant.error} onRetry={() => void tenant.refetch()} />;
  return tenant.data ? <Form tenant={tenant.data} /> : <Waiting rows={3} />;
}

function Form({ tenant }: { tenant: Tenant }) {
  const queries = useQueryClient();
  const may = useMay("ADMIN");
  const original = { label: tenant.label, environment: tenant.environment };
  const { value, set, changed, outrun, discard } = useDraft(original);
  const save = useMutation({
    mutationFn: () => call(tenant.id, "patch", "/api/tenant", { body: value }),
    onSuccess: async () => {
      notifyDone("Saved.");
      void queries.invalidateQueries({ queryKey: ["me"] });
      void queries.invalidateQueries({ queryKey: ["matrix"] });
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
      <Stack className="surface" p="lg" maw={640}>
        {save.error && <ProblemPanel error={save.error} />}
        {outrun && !save.isPending && (
          <Outrun ready={value.label !== ""} onKeep={save.mutate} onGiveWay={discard}>
            It is called {tenant.label} now, and its environment is {tenant.environment}.
          </Outrun>
        )}
        <TextInput
          label="Id"
          description="Part of the ids of copies, so it never changes."
          value={tenant.id}
          readOnly
          classNames={{ input: "mono" }}
        />
        <TextInput
          label="Label"
          required
          value={value.label}
          readOnly={!may}
          onChange={(event) => set({ label: event.currentTarget.value })}
        />
        <Select
          label="Environment"
          description="Colours the stripe at the top. In production the console asks for the name before it syncs."
          data={[...ENVIRONMENTS]}
          allowDeselect={false}
          value={value.environment}
          readOnly={!may}
          onChange={(environment) => environment && set({ environment })}
        />
        {may && (
          <Group justify="flex-end">
            <Button type="submit" disabled={!changed || outrun || !value.label} loading={save.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
