import type { Body, Kind } from "~/api/types";

/** One field of a form over a body. What a form does not know stays as it is in the JSON. */
export interface BodyField {
  name: string;
  label: string;
  hint?: string;
  input: "text" | "longText" | "code" | "number" | "choice" | "reference" | "references";
  choices?: string[];
  /** For references: the kind, and the member of each entry that holds its id (none: the entry is the id). */
  kind?: Kind;
  member?: string;
}

export const BODY_FIELDS: Record<Kind, BodyField[]> = {
  documents: [
    { name: "fileName", label: "File name", input: "text" },
    { name: "url", label: "Address", hint: "For a document that is kept elsewhere.", input: "text" },
  ],
  connections: [
    { name: "type", label: "Type", input: "choice", choices: ["http", "openai", "postgres", "smtp", "custom"] },
    {
      name: "baseUrl",
      label: "Base address",
      hint: "May hold ${vars.NAME}: it takes each tenant's own value.",
      input: "text",
    },
    { name: "timeoutMs", label: "Time limit in milliseconds", input: "number" },
  ],
  knowledgeBases: [
    { name: "documents", label: "Documents", input: "references", kind: "documents", member: "documentId" },
    { name: "connectionId", label: "Connection for embeddings", input: "reference", kind: "connections" },
  ],
  tools: [
    { name: "type", label: "Type", input: "choice", choices: ["http", "javascript", "rag", "custom"] },
    { name: "method", label: "Method", input: "choice", choices: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
    { name: "path", label: "Path", input: "text" },
    { name: "connectionId", label: "Connection", input: "reference", kind: "connections" },
    { name: "knowledgeBaseIds", label: "Knowledge bases", input: "references", kind: "knowledgeBases" },
    { name: "code", label: "Code", input: "code" },
  ],
  workflows: [],
  agents: [
    { name: "type", label: "Type", input: "choice", choices: ["default", "supervisor"] },
    { name: "model", label: "Model", input: "text" },
    { name: "prompt", label: "Instructions", input: "longText" },
    { name: "tools", label: "Tools", input: "references", kind: "tools", member: "toolId" },
    {
      name: "knowledgeBases",
      label: "Knowledge bases",
      input: "references",
      kind: "knowledgeBases",
      member: "knowledgeBaseId",
    },
    { name: "workflows", label: "Workflows", input: "references", kind: "workflows", member: "workflowId" },
    { name: "subAgents", label: "Sub-agents", input: "references", kind: "agents", member: "agentId" },
  ],
  evaluations: [{ name: "agents", label: "Agents", input: "references", kind: "agents", member: "agentId" }],
};

/** What a new resource of a kind begins with. */
export const STARTERS: Record<Kind, Body> = {
  documents: { fileName: "" },
  connections: { type: "http", baseUrl: "https://" },
  knowledgeBases: {
    documents: [],
    embedding: { provider: "openai", model: "text-embedding-3-small", dimensions: 1536 },
  },
  tools: { type: "http", method: "GET", path: "/" },
  workflows: { steps: [] },
  agents: { type: "default", model: "", prompt: "", tools: [] },
  evaluations: { agents: [], cases: [] },
};

/** The fields worth showing: those of the body, and those that its kind usually has. */
export function fieldsFor(kind: Kind, body: Body): BodyField[] {
  const type = body["type"];
  return BODY_FIELDS[kind].filter(({ name }) => {
    if (name in body) return true;
    if (kind === "tools") {
      const usual: Record<string, string[]> = {
        http: ["type", "method", "path", "connectionId"],
        javascript: ["type", "code"],
        rag: ["type", "knowledgeBaseIds"],
      };
      return (usual[String(type)] ?? ["type"]).includes(name);
    }
    return kind !== "agents" || name !== "subAgents" || type === "supervisor";
  });
}

/** A text, a number or nothing: an emptied field leaves the body. */
export function withField(body: Body, name: string, value: unknown): Body {
  const next = { ...body };
  if (value === undefined || value === "") delete next[name];
  else next[name] = value;
  return next;
}

export function idsOf(value: unknown, member?: string): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((entry: unknown) =>
      member && entry !== null && typeof entry === "object" ? (entry as Body)[member] : entry,
    )
    .filter((id): id is string => typeof id === "string");
}

/** Puts the chosen ids in; an entry that stays keeps all it holds, such as a version. */
export function withIds(value: unknown, ids: string[], member?: string): unknown[] {
  const before: unknown[] = Array.isArray(value) ? value : [];
  const idOf = (entry: unknown) => idsOf([entry], member)[0];
  return ids.map((id) => before.find((entry) => idOf(entry) === id) ?? (member ? { [member]: id } : id));
}
