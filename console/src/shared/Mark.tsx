import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { Action, Environment, Role, RunStatus } from "~/api/types";
import styles from "./marks.module.css";

export type Tone = "create" | "update" | "neutral" | "drift" | "blocked" | "brand";

/** A short state: a word with a glyph, so that it does not speak by colour alone. */
export function Mark({
  tone,
  glyph,
  hint,
  children,
}: {
  tone: Tone;
  glyph?: string;
  hint?: string;
  children: ReactNode;
}) {
  const mark = (
    <span className={styles.mark} data-tone={tone}>
      {glyph && (
        <span className={styles.glyph} aria-hidden>
          {glyph}
        </span>
      )}
      <span>{children}</span>
    </span>
  );
  return hint ? (
    <Tooltip label={hint} multiline maw={320}>
      {mark}
    </Tooltip>
  ) : (
    mark
  );
}

interface Look {
  tone: Tone;
  glyph: string;
  word: string;
  done: string;
}

export const ACTIONS: Record<Action | "drifted", Look> = {
  created: { tone: "create", glyph: "+", word: "create", done: "created" },
  updated: { tone: "update", glyph: "~", word: "update", done: "updated" },
  unchanged: { tone: "neutral", glyph: "=", word: "unchanged", done: "unchanged" },
  drifted: { tone: "drift", glyph: "!", word: "drift", done: "drifted" },
  conflict: { tone: "blocked", glyph: "×", word: "blocked", done: "blocked" },
  excluded: { tone: "neutral", glyph: "–", word: "left out", done: "left out" },
  pruned: { tone: "blocked", glyph: "−", word: "remove", done: "removed" },
  restored: { tone: "update", glyph: "↶", word: "restore", done: "restored" },
  deleted: { tone: "blocked", glyph: "−", word: "delete", done: "deleted" },
  recreated: { tone: "create", glyph: "+", word: "bring back", done: "brought back" },
};

export function ActionMark({ action, done = false }: { action: Action | "drifted"; done?: boolean }) {
  const look = ACTIONS[action];
  return (
    <Mark tone={look.tone} glyph={look.glyph}>
      {done ? look.done : look.word}
    </Mark>
  );
}

const RUNS: Record<RunStatus, { tone: Tone; glyph: string; word: string }> = {
  queued: { tone: "neutral", glyph: "…", word: "queued" },
  running: { tone: "update", glyph: "▸", word: "running" },
  succeeded: { tone: "create", glyph: "✓", word: "succeeded" },
  failed: { tone: "blocked", glyph: "×", word: "failed" },
  cancelled: { tone: "neutral", glyph: "–", word: "cancelled" },
};

export function RunMark({ status }: { status: RunStatus }) {
  const look = RUNS[status];
  return (
    <Mark tone={look.tone} glyph={look.glyph}>
      {look.word}
    </Mark>
  );
}

const ENVIRONMENTS: Record<Environment, { tone: Tone; glyph: string }> = {
  development: { tone: "neutral", glyph: "○" },
  staging: { tone: "drift", glyph: "◐" },
  production: { tone: "blocked", glyph: "●" },
};

export function EnvironmentMark({ environment }: { environment: Environment }) {
  const look = ENVIRONMENTS[environment];
  return (
    <Mark tone={look.tone} glyph={look.glyph}>
      {environment}
    </Mark>
  );
}

const ROLE_HINTS: Record<Role, string> = {
  VIEWER: "Sees everything, changes nothing.",
  USER: "Creates and edits resources.",
  ADMIN: "Also syncs, and manages members, variables and policy.",
  OWNER: "May do everything in this tenant.",
};

export function roleInWords(role: Role): string {
  return role.charAt(0) + role.slice(1).toLowerCase();
}

export function RoleMark({ role }: { role: Role }) {
  return (
    <Mark tone="neutral" hint={ROLE_HINTS[role]}>
      {roleInWords(role)}
    </Mark>
  );
}
