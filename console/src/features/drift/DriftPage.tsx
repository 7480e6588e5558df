import { Group, Select, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KINDS, type DriftItem } from "~/api/types";
import { useMemberships, useTenantId } from "~/app/tenant";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { Mark } from "~/shared/Mark";
import { Empty, Page, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import split from "~/shared/split.module.css";
import { Time } from "~/shared/Time";
import { driftQuery } from "./queries";
import { ThreeWay } from "./ThreeWay";

/** Copies that were edited here since they were last synced. */
export function DriftPage() {
  const tenant = useTenantId();
  const search = useSearch({ from: "/t/$tenant/drift" });
  const navigate = useNavigate({ from: "/t/$tenant/drift" });
  const filter = {
    ...(search.source ? { source: search.source } : {}),
    ...(search.kind ? { kind: search.kind } : {}),
  };
  const list = useQuery(driftQuery(tenant, filter));
  const sources = useMemberships()
    .filter(({ id }) => id !== tenant)
    .map(({ id }) => id);
  const items = list.data?.items ?? [];
  const current = items.find(({ id }) => id === search.id) ?? items[0];
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Page
      title="Drift"
      about="Copies that were edited here. Keep what is here, take the source again, or let one go its own way."
      commands={{ cli: "syncline drift list", curl: { path: "/api/tenant/drift" } }}
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Select
            w={190}
            aria-label="Source"
            placeholder="Any source"
            clearable
            data={sources}
            value={search.source ?? null}
            onChange={(source) => set({ source: source ?? undefined })}
          />
          <Select
            w={180}
            aria-label="Kind"
            placeholder="Any kind"
            clearable
            value={search.kind ?? null}
            data={KINDS.map((kind) => ({ value: kind, label: KIND_INFO[kind].label }))}
            onChange={(kind) => set({ kind: kind ?? undefined })}
          />
        </Group>
        {list.isPending && <Waiting />}
        {list.error && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && items.length === 0 && (
          <Empty icon={IconGitCompare} title="All copies match">
            No copy here was edited since it was last synced. When somebody edits one, it shows up here before a
            sync meets it.
          </Empty>
        )}
        {current && (
          <div className={split.split}>
            <div
              className={`surface ${split.rows}`}
              style={{ height: "auto", maxHeight: "70vh" }}
              role="region"
              aria-label="Drifted copies"
              tabIndex={0}
            >
              {items.map((item) => (
                <Row
                  key={item.id}
                  item={item}
                  current={item === current}
                  onSelect={() => set({ id: item.id })}
                />
              ))}
            </div>
            <ThreeWay key={current.id} tenant={tenant} item={current} />
          </div>
        )}
      </Stack>
    </Page>
  );
}

function Row({ item, current, onSelect }: { item: DriftItem; current: boolean; onSelect: () => void }) {
  return (
    <UnstyledButton className={split.item} style={{ height: 58 }} aria-current={current} onClick={onSelect}>
      <KindIcon kind={item.kind} />
      <div style={{ minWidth: 0, flex: 1 }}>
        <Text size="sm" fw={550} className="truncate">
          {item.name}
        </Text>
        <Text size="xs" c="dimmed" className="truncate">
          by {item.editedBy.email ?? "someone"} <Time at={item.editedAt} inherit />
        </Text>
      </div>
      <Mark tone="brand" glyph="⇤">
        {item.syncedFrom}
      </Mark>
    </UnstyledButton>
  );
}
