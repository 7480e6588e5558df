import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { PlanSummary } from "~/api/types";
import { count } from "~/shared/format";
import { ResourceGraph, type GraphNodeItem } from "~/shared/graph";
import { ACTIONS } from "~/shared/Mark";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { ViewSwitch } from "~/shared/ViewSwitch";
import { neighbourhood } from "./neighbourhood";
import { planGraphQuery } from "./queries";

export function PlanGraph({
  tenant,
  plan,
  onOpen,
}: {
  tenant: string;
  plan: PlanSummary;
  onOpen: (id: string) => void;
}) {
  const graph = useQuery(planGraphQuery(tenant, plan.planId));
  const [scope, setScope] = useState<"changed" | "all">("changed");
  const shown = useMemo(() => {
    if (!graph.data) return null;
    const { nodes, edges } = scope === "all" ? graph.data : neighbourhood(graph.data);
    const items = nodes.map((node): GraphNodeItem => {
      const look = ACTIONS[node.action];
      return {
        id: node.id,
        kind: node.kind,
        name: node.name,
        tone: look.tone,
        glyph: look.glyph,
        word: look.word,
      };
    });
    return { items, edges };
  }, [graph.data, scope]);
  if (graph.error) return <ProblemPanel error={graph.error} onRetry={() => void graph.refetch()} />;
  if (!shown) return <Waiting rows={3} height={120} />;
  return (
    <Stack gap="xs">
      <ViewSwitch
        label="What the graph shows"
        views={{ changed: "Changes and their neighbours", all: "All" }}
        value={scope}
        onChange={setScope}
      />
      <ResourceGraph
        label="What the plan changes"
        items={shown.items}
        edges={shown.edges}
        onOpen={(item) => onOpen(item.id)}
      />
      <Text size="xs" c="dimmed">
        {count(shown.items.length, "resource")}. What is used stands left of what uses it.
      </Text>
    </Stack>
  );
}
