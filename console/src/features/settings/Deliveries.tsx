import { Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { Delivery, Webhook } from "~/api/types";
import { DataTable } from "~/shared/DataTable";
import { Mark, type Tone } from "~/shared/Mark";
import { Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { Time } from "~/shared/Time";

const DELIVERY: Record<Delivery["status"], { tone: Tone; glyph: string }> = {
  waiting: { tone: "neutral", glyph: "…" },
  delivered: { tone: "create", glyph: "✓" },
  failed: { tone: "blocked", glyph: "×" },
};

/** What was sent to a webhook, and how it was answered. */
export function Deliveries({ tenant, hook, onClose }: { tenant: string; hook: Webhook; onClose: () => void }) {
  const list = useQuery({
    queryKey: ["webhooks", tenant, hook.id, "deliveries"],
    refetchInterval: 5_000,
    queryFn: () => call(tenant, "get", "/api/tenant/webhooks/{id}/deliveries", { path: { id: hook.id } }),
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={650}>Deliveries</Text>}>
      {list.isPending && <Waiting rows={3} />}
      {list.error && <ProblemPanel error={list.error} />}
      {list.data &&
        (list.data.items.length === 0 ? (
          <Text c="dimmed">Nothing was sent yet.</Text>
        ) : (
          <DataTable
            label="Deliveries"
            rows={list.data.items}
            rowKey={(delivery) => delivery.id}
            columns={[
              { key: "event", header: "Event", render: ({ event }) => <Text size="sm">{event}</Text> },
              {
                key: "status",
                header: "State",
                render: ({ status }) => (
                  <Mark tone={DELIVERY[status].tone} glyph={DELIVERY[status].glyph}>
                    {status}
                  </Mark>
                ),
              },
              {
                key: "answer",
                header: "Answer",
                render: ({ error, answerStatus, attempts }) => (
                  <Text size="sm" className="breakable">
                    {error ?? answerStatus ?? "none yet"}
                    {attempts > 1 ? `, after ${attempts} tries` : ""}
                  </Text>
                ),
              },
              {
                key: "at",
                header: "When",
                render: ({ triedAt, createdAt }) => <Time at={triedAt ?? createdAt} size="sm" c="dimmed" />,
              },
            ]}
          />
        ))}
    </Modal>
  );
}
