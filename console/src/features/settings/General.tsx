import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { ENVIRONMENTS, type Environment, type Tenant } from "~/api/types";
import { useMay, useTenantId } from "~/app/tenant";
import { tenantQuery } from "~/features/sync/queries";
import { notifyDone } from "~/shared/notify";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";

export function General() {
  const tenant = useQuery(tenantQuery(useTenantId()));
  if (tenant.error) return <ProblemPanel error={tenant.error} onRetry={() => void tenant.refetch()} />;
  return tenant.data ? <Form tenant={tenant.data} /> : <Waiting rows={3} />;
}

function Form({ tenant }: { tenant: Tenant }) {
  const queries = useQueryClient();
  const may = useMay("ADMIN");
  const [label, setLabel] = useState(tenant.label);
  const [environment, setEnvironment] = useState<Environment>(tenant.environment);
  const changed = label !== tenant.label || environment !== tenant.environment;
  const save = useMutation({
    mutationFn: () => call(tenant.id, "patch", "/api/tenant", { body: { label, environment } }),
    onSuccess: () => {
      notifyDone("Saved.");
      void queries.invalidateQueries({ queryKey: ["tenant"] });
      void queries.invalidateQueries({ queryKey: ["me"] });
      void queries.invalidateQueries({ queryKey: ["matrix"] });
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
          value={label}
          readOnly={!may}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Select
          label="Environment"
          description="Colours the stripe at the top. In production the console asks for the name before it syncs."
          data={[...ENVIRONMENTS]}
          allowDeselect={false}
          value={environment}
          readOnly={!may}
          onChange={(value) => value && setEnvironment(value)}
        />
        {may && (
          <Group justify="flex-end">
            <Button type="submit" disabled={!changed || !label} loading={save.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
