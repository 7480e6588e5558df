import {
  IconArrowsRightLeft,
  IconBox,
  IconGitCompare,
  IconHistory,
  IconHome,
  IconSettings,
  IconRubberStamp,
  IconVariable,
  type Icon,
} from "@tabler/icons-react";
import { KINDS } from "~/api/types";
import { KIND_INFO } from "~/shared/kinds";

export interface Destination {
  label: string;
  icon: Icon;
  /** Below /t/$tenant. */
  path: string;
  /** The second key after `g`. */
  key?: string;
  group: "main" | "resources" | "promote" | "settings";
}

export const DESTINATIONS: Destination[] = [
  { label: "Overview", icon: IconHome, path: "", key: "o", group: "main" },
  ...KINDS.map((kind): Destination => ({
    label: KIND_INFO[kind].label,
    icon: KIND_INFO[kind].icon,
    path: `/resources/${kind}`,
    group: "resources",
    ...(kind === "agents" ? { key: "r" } : {}),
  })),
  { label: "Variables", icon: IconVariable, path: "/variables", key: "v", group: "resources" },
  { label: "Sync", icon: IconArrowsRightLeft, path: "/settings/sync", key: "s", group: "promote" },
  { label: "Runs", icon: IconHistory, path: "/runs", key: "h", group: "promote" },
  { label: "Releases", icon: IconBox, path: "/releases", key: "l", group: "promote" },
  { label: "Drift", icon: IconGitCompare, path: "/drift", key: "d", group: "promote" },
  { label: "Approvals", icon: IconRubberStamp, path: "/approvals", key: "a", group: "promote" },
  { label: "Settings", icon: IconSettings, path: "/settings/general", key: "e", group: "settings" },
];

export const GROUPS: { group: Destination["group"]; label: string | null }[] = [
  { group: "main", label: null },
  { group: "promote", label: "Promote" },
  { group: "resources", label: "Resources" },
  { group: "settings", label: null },
];

/** The address of a destination. The router knows its routes by their patterns, hence the cast. */
export function addressOf(tenant: string, path: string): "/t/$tenant" {
  return `/t/${tenant}${path}` as "/t/$tenant";
}
