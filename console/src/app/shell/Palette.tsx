import "../more-styles";
import "@mantine/spotlight/styles.css";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconArrowsRightLeft, IconBuilding, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "~/api/client";
import { KINDS } from "~/api/types";
import { useMay, useMe, useTenantId } from "~/app/tenant";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { addressOf, DESTINATIONS } from "./navigation";

/** Ctrl-K: every page, every tenant, every resource by name, and what is begun from anywhere. */
export default function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const tenant = useTenantId();
  const others = useMe().tenants.filter(({ id }) => id !== tenant);
  const mayEdit = useMay("USER");
  const maySync = useMay("ADMIN");
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [search] = useDebouncedValue(query.trim(), 200);
  const found = useQueries({
    queries: KINDS.map((kind) => ({
      queryKey: ["resources", tenant, kind, "palette", search],
      queryFn: () =>
        call(tenant, "get", "/api/{kind}", {
          path: { kind },
          query: { q: search, limit: 4 },
        }),
      enabled: search.length > 1,
    })),
    combine: (results) => results.flatMap((result) => result.data?.items ?? []),
  });

  const pages: SpotlightActionData[] = DESTINATIONS.map(({ label, icon: Glyph, path, key }) => ({
    id: `page:${path}`,
    label: `Go to ${label}`,
    leftSection: <Glyph size={17} stroke={1.6} />,
    onClick: () => void navigate({ to: addressOf(tenant, path), params: { tenant } }),
    ...(key ? { rightSection: <span className="mono">g {key}</span> } : {}),
  }));
  const tenants: SpotlightActionData[] = others.map((other) => ({
    id: `tenant:${other.id}`,
    label: `Switch to ${other.label}`,
    description: `${other.id}, ${other.environment}`,
    leftSection: <IconBuilding size={17} stroke={1.6} />,
    onClick: () => void navigate({ to: "/t/$tenant", params: { tenant: other.id } }),
  }));
  const resources: SpotlightActionData[] = found.map((resource) => ({
    id: `resource:${resource.id}`,
    label: resource.name,
    description: KIND_INFO[resource.kind].one,
    leftSection: <KindIcon kind={resource.kind} size={17} />,
    onClick: () =>
      void navigate({
        to: "/t/$tenant/resources/$kind/$id",
        params: { tenant, kind: resource.kind, id: resource.id },
      }),
  }));
  const makes: SpotlightActionData[] = !mayEdit
    ? []
    : KINDS.map((kind) => ({
        id: `new:${kind}`,
        label: `New ${KIND_INFO[kind].one}`,
        leftSection: <IconPlus size={17} stroke={1.6} />,
        onClick: () => void navigate({ to: "/t/$tenant/resources/$kind/new", params: { tenant, kind } }),
      }));
  const syncs: SpotlightActionData[] = !maySync
    ? []
    : others.map((target) => ({
        id: `sync:${target.id}`,
        label: `Plan a sync to ${target.label}`,
        leftSection: <IconArrowsRightLeft size={17} stroke={1.6} />,
        onClick: () =>
          void navigate({ to: "/t/$tenant/settings/sync", params: { tenant }, search: { target: target.id } }),
      }));
  const actions: SpotlightActionGroupData[] = [
    { group: "Resources", actions: resources },
    { group: "Pages", actions: pages },
    { group: "Do", actions: [...syncs, ...makes] },
    { group: "Tenants", actions: tenants },
  ]
    .filter((group) => group.actions.length > 0)
    .map((group) => ({ ...group, actions: group.actions.map((action) => closing(action, onClose)) }));

  return (
    <Spotlight
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      closeOnActionTrigger={false}
      forceOpened={opened}
      onSpotlightClose={onClose}
      shortcut={null}
      limit={30}
      highlightQuery
      nothingFound="Nothing by that name."
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: "A page, a tenant or a resource",
        "aria-label": "Search",
      }}
    />
  );
}

function closing(action: SpotlightActionData, onClose: () => void): SpotlightActionData {
  return {
    ...action,
    onClick: (event) => {
      onClose();
      action.onClick?.(event);
    },
  };
}
