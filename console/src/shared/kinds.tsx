import {
  IconBooks,
  IconChecklist,
  IconFileText,
  IconPlugConnected,
  IconQuestionMark,
  IconRobot,
  IconRoute,
  IconTool,
  type Icon,
} from "@tabler/icons-react";
import type { Kind } from "~/api/types";

interface KindInfo {
  label: string;
  one: string;
  icon: Icon;
  versioned: boolean;
  about: string;
}

/** What the console says about each kind, in the order of the sync steps. */
export const KIND_INFO: Record<Kind, KindInfo> = {
  documents: {
    label: "Documents",
    one: "document",
    icon: IconFileText,
    versioned: false,
    about: "Uploaded files and references to files elsewhere.",
  },
  connections: {
    label: "Connections",
    one: "connection",
    icon: IconPlugConnected,
    versioned: false,
    about: "Services and the credentials to reach them. Credentials can be written, never read.",
  },
  knowledgeBases: {
    label: "Knowledge bases",
    one: "knowledge base",
    icon: IconBooks,
    versioned: false,
    about: "Collections of documents with their embeddings.",
  },
  tools: {
    label: "Tools",
    one: "tool",
    icon: IconTool,
    versioned: true,
    about: "What agents can call: HTTP, JavaScript and others.",
  },
  workflows: {
    label: "Workflows",
    one: "workflow",
    icon: IconRoute,
    versioned: true,
    about: "Steps that run one after another.",
  },
  agents: {
    label: "Agents",
    one: "agent",
    icon: IconRobot,
    versioned: true,
    about: "A model, its instructions and all it may use.",
  },
  evaluations: {
    label: "Evaluations",
    one: "evaluation",
    icon: IconChecklist,
    versioned: false,
    about: "Test suites that say whether an agent answers well.",
  },
};

export function KindIcon({ kind, size = 16 }: { kind: Kind | null; size?: number }) {
  const Glyph = kind ? KIND_INFO[kind].icon : IconQuestionMark;
  return <Glyph size={size} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />;
}
