import { Button, Group, Stack, Switch } from "@mantine/core";
import { IconPlus, IconVariable } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { atLeast } from "~/api/session";
import { useMembership, useMemberships } from "~/app/tenant";
import { byEnvironment } from "~/shared/environments";
import { FilterField } from "~/shared/FilterField";
import { Empty, NothingMatches, Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";

import { matrixOf, type Cell } from "./matrix";
import { variablesQuery } from "./queries";
import { RemoveVariable, SetVariable } from "./VariableDialogs";
import { VariableMatrix } from "./VariableMatrix";

interface VariableFilter {
  q?: string | undefined;
  /** Only what is missing somewhere. */
  gaps?: boolean | undefined;
}

/** Which variable is set where. Values can be written and never read. */
export function VariablesPage() {
  const here = useMembership();
  const others = useMemberships().filter(({ id }) => id !== here.id);
  const tenants = byEnvironment([here, ...others]);
  const filter: VariableFilter = useSearch({ from: "/t/$tenant/variables" });
  const navigate = useNavigate({ from: "/t/$tenant/variables" });
  const [setting, setSetting] = useState<Cell | null>(null);
  const [removing, setRemoving] = useState<Cell | null>(null);
  const lists = useQueries({ queries: tenants.map(({ id }) => variablesQuery(id)) });
  // Of a tenant that could not be read nothing is said, least of all that it lacks something.
  const read = tenants.filter((_, index) => lists[index]?.data);
  const rows = matrixOf(tenants.map(({ id }, index) => ({ tenant: id, variables: lists[index]?.data ?? [] })));
  const shown = rows
    .filter(({ name }) => !filter.q || name.toLowerCase().includes(filter.q.toLowerCase()))
    .filter(({ cells }) => !filter.gaps || read.some(({ id }) => !cells.has(id)));
  const failed = lists.find(({ error }) => error);
  const add = atLeast(here.role, "ADMIN") && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setSetting({ tenant: here, name: "" })}>
      Set a variable
    </Button>
  );
  return (
    <Page
      title="Variables"
      about="Each tenant has values of its own, and a template takes that of the tenant it runs in. None is ever shown."
      actions={add}
      commands={{ cli: "syncline var list", curl: { path: "/api/tenant/variables" } }}
    >
      <Stack gap="sm">
        <Group gap="md">
          <FilterField
            w={280}
            label="Filter variables"
            value={filter.q ?? ""}
            onChange={(q) =>
              void navigate({ search: (before) => ({ ...before, q: q || undefined }), replace: true })
            }
          />
          {tenants.length > 1 && (
            <Switch
              label="Only what is missing somewhere"
              checked={filter.gaps ?? false}
              onChange={(event) => {
                const gaps = event.currentTarget.checked || undefined;
                void navigate({ search: (before) => ({ ...before, gaps }), replace: true });
              }}
            />
          )}
        </Group>
        {failed && <ProblemPanel error={failed.error} onRetry={() => void failed.refetch()} />}
        {lists.some(({ isPending }) => isPending) ? (
          <Waiting />
        ) : shown.length > 0 ? (
          <VariableMatrix tenants={read} rows={shown} onSet={setSetting} onRemove={setRemoving} />
        ) : (
          read.length > 0 && (
            <NoVariables
              onClear={rows.length > 0 ? () => void navigate({ search: {} }) : undefined}
              add={add || undefined}
            />
          )
        )}
      </Stack>
      {setting && <SetVariable cell={setting} onClose={() => setSetting(null)} />}
      {removing && (
        <RemoveVariable
          cell={removing}
          used={rows.find(({ name }) => name === removing.name)?.cells.get(removing.tenant.id)?.usedBy ?? 0}
          onClose={() => setRemoving(null)}
        />
      )}
    </Page>
  );
}

function NoVariables({ onClear, add }: { onClear: (() => void) | undefined; add: ReactNode }) {
  if (onClear) return <NothingMatches onClear={onClear}>No variable here fits these filters.</NothingMatches>;
  return (
    <Empty icon={IconVariable} title="No variables yet" action={add}>
      Put a key or a host that differs between tenants into a variable, and write{" "}
      <span className="mono">{"${vars.NAME}"}</span> where it is used.
    </Empty>
  );
}
