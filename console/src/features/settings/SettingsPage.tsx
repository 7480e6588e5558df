import { Tabs } from "@mantine/core";
import { notFound, useNavigate, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useMay, useMembership, useTenantId } from "~/app/tenant";
import { Page } from "~/shared/Page";
import { ApiKeys } from "./ApiKeys";
import { Audit } from "./Audit";
import { General } from "./General";
import { Members } from "./Members";
import { Policy } from "./Policy";
import { Webhooks } from "./Webhooks";

const SECTIONS: {
  value: string;
  label: string;
  path: string;
  cli?: string;
  /** The server refuses it to others, so they are not led there. */
  adminsOnly?: true;
  View: ComponentType | null;
}[] = [
  { value: "general", label: "General", path: "/api/tenant", cli: "syncline tenant show", View: General },
  { value: "sync", label: "Sync", path: "/api/tenant/sync/matrix", View: null },
  { value: "policy", label: "Inbound policy", path: "/api/tenant", cli: "syncline policy show", View: Policy },
  {
    value: "members",
    label: "Members",
    path: "/api/tenant/accounts",
    cli: "syncline member list",
    View: Members,
  },
  { value: "keys", label: "API keys", path: "/api/tenant/apiKeys", cli: "syncline token list", View: ApiKeys },
  { value: "webhooks", label: "Webhooks", path: "/api/tenant/webhooks", adminsOnly: true, View: Webhooks },
  {
    value: "audit",
    label: "Audit",
    path: "/api/tenant/audit",
    cli: "syncline audit tail",
    adminsOnly: true,
    View: Audit,
  },
];

export function SettingsPage() {
  const tenant = useTenantId();
  const { label } = useMembership();
  const admin = useMay("ADMIN");
  const { section } = useParams({ from: "/t/$tenant/settings/$section" });
  const navigate = useNavigate();
  const current = SECTIONS.find(({ value }) => value === section);
  if (!current?.View) throw notFound();
  return (
    <Page
      title="Settings"
      about={`Of ${label}.`}
      commands={{ curl: { path: current.path }, ...(current.cli ? { cli: current.cli } : {}) }}
    >
      <Tabs
        value={section}
        keepMounted={false}
        onChange={(value) =>
          void navigate(
            value === "sync"
              ? { to: "/t/$tenant/settings/sync", params: { tenant } }
              : { to: "/t/$tenant/settings/$section", params: { tenant, section: value ?? "general" } },
          )
        }
      >
        <Tabs.List mb="lg">
          {SECTIONS.filter(({ adminsOnly }) => !adminsOnly || admin).map(({ value, label: name }) => (
            <Tabs.Tab key={value} value={value}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={section}>
          <current.View />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
