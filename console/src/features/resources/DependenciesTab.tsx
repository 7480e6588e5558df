import { Stack, Text } from "@mantine/core";
import { IconHierarchy2 } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { GraphNode } from "~/api/types";
import { count } from "~/shared/format";
import { ResourceGraph, type GraphNodeItem } from "~/shared/graph";
import { KIND_INFO, KindIcon } from "~/shared/kinds";
import { AnchorLink } from "~/shared/links";
import { Mark } from "~/shared/Mark";
import { Empty, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { ViewSwitch } from "~/shared/ViewSwitch";
import { graphQuery } from "./related";
import type { TabProps } from "./tab";

export function DependenciesTab({ tenant, kind, resource }: TabProps) {
  const navigate = useNavigate();
  const [view, setView] = useState<"graph" | "list">("graph");
  const [down, up] = useQueries({
    queries: [
      graphQuery(tenant, kind, resource.id, "dependencies"),
      graphQuery(tenant, kind, resource.id, "dependents"),
    ],
  });
  const { items, edges } = useMemo(() => {
    const nodes = new Map(
      [...(down.data?.nodes ?? []), ...(up.data?.nodes ?? [])].map((node) => [node.id, node]),
    );
    const lines = new Map(
      [...(down.data?.edges ?? []), ...(up.data?.edges ?? [])].map((edge) => [`${edge.from}>${edge.to}`, edge]),
    );
    const shown = [...nodes.values()].map((node): GraphNodeItem => {
      if ("missing" in node) {
        return { id: node.id, kind: null, name: "missing", tone: "blocked", glyph: "×", word: "missing" };
      }
      const focus = node.id === resource.id;
      return {
        id: node.id,
        kind: node.kind,
        name: node.name,
        focus,
        ...(focus ? { tone: "brand" as const } : {}),
      };
    });
    return { items: shown, edges: [...lines.values()] };
  }, [down.data, up.data, resource.id]);
  const error = down.error ?? up.error;
  if (error) return <ProblemPanel error={error} />;
  if (!down.data || !up.data) return <Waiting rows={3} height={90} />;
  if (items.length < 2) {
    return (
      <Empty icon={IconHierarchy2} title="It stands alone">
        {resource.name} uses nothing and nothing uses it. References in its content show up here.
      </Empty>
    );
  }
  return (
    <Stack gap="sm">
      <ViewSwitch
        label="How to show it"
        views={{ graph: "Graph", list: "List" }}
        value={view}
        onChange={setView}
      />
      {view === "graph" ? (
        <ResourceGraph
          label={`What ${resource.name} uses and what uses it`}
          items={items}
          edges={edges}
          onOpen={(item) =>
            item.kind &&
            void navigate({
              to: "/t/$tenant/resources/$kind/$id",
              params: { tenant, kind: item.kind, id: item.id },
              search: { tab: "dependencies" },
            })
          }
        />
      ) : (
        <>
          <Related
            tenant={tenant}
            title="Uses"
            nodes={down.data.nodes.filter(({ id }) => id !== resource.id)}
          />
          <Related
            tenant={tenant}
            title="Used by"
            nodes={up.data.nodes.filter(({ id }) => id !== resource.id)}
          />
        </>
      )}
    </Stack>
  );
}

function Related({ tenant, title, nodes }: { tenant: string; title: string; nodes: GraphNode[] }) {
  return (
    <div className="surface" style={{ padding: "12px 16px" }}>
      <Text fw={600} size="sm" mb={4}>
        {title} {count(nodes.length, "resource")}
      </Text>
      <Stack gap={6}>
        {nodes.map((node) => (
          <div key={node.id} style={{ display: "flex", gap: 8, alignItems: "center" }}>
            {"missing" in node ? (
              <>
                <Mark tone="blocked" glyph="×">
                  missing
                </Mark>
                <span className="mono breakable">{node.id}</span>
              </>
            ) : (
              <>
                <KindIcon kind={node.kind} />
                <AnchorLink
                  to="/t/$tenant/resources/$kind/$id"
                  params={{ tenant, kind: node.kind, id: node.id }}
                  size="sm"
                  className="breakable"
                >
                  {node.name}
                </AnchorLink>
                <Text size="xs" c="dimmed">
                  {KIND_INFO[node.kind].one}
                </Text>
              </>
            )}
          </div>
        ))}
      </Stack>
    </div>
  );
}
