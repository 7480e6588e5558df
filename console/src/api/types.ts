/** The shapes the console reads. */

export const KINDS = [
  "documents",
  "connections",
  "knowledgeBases",
  "tools",
  "workflows",
  "agents",
  "evaluations",
] as const;
export type Kind = (typeof KINDS)[number];
export type Role = "VIEWER" | "USER" | "ADMIN" | "OWNER";
export type Environment = "development" | "staging" | "production";

export interface Person {
  id: string;
  email: string;
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
export interface Named {
  kind: Kind;
  id: string;
  name: string;
}

export interface Membership {
  id: string;
  label: string;
  environment: Environment;
  role: Role;
}
export interface Me {
  person: Person & { superuser: boolean };
  tenant: string;
  role: Role;
  tenants: Membership[];
}

export interface FreezeWindow {
  name: string;
  days?: string[];
  from?: string;
  to?: string;
  timeZone?: string;
  start?: string;
  end?: string;
}
export interface SyncPolicy {
  minimumRole: Role;
  allowedSources?: string[] | null;
  kinds?: Kind[] | null;
  freezeWindows?: FreezeWindow[];
  approvals?: { when: "never" | "risk" | "always"; count: number; minimumRole: Role; expiresHours: number };
  pruneLimit?: number;
}
export interface Tenant {
  id: string;
  label: string;
  environment: Environment;
  syncPolicy: SyncPolicy;
  revision: number;
  createdAt: string;
}

export interface Account {
  personId: string;
  email: string;
  displayName: string;
  role: Role;
}
export interface ApiKey {
  id: string;
  description: string;
  createdAt: string;
  expiresAt: string | null;
  token?: string;
}
export interface Variable {
  name: string;
  updatedAt: string;
  usedBy: number;
}

export interface Credential {
  set: boolean;
  template: string | null;
  updatedAt: string;
}
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };
export interface Override {
  patch: JsonObject | null;
  credentials: Record<string, Credential>;
  updatedBy: Person | null;
  updatedAt: string;
}
export interface ResourceItem {
  id: string;
  kind: Kind;
  tenantId: string;
  name: string;
  description: string;
  syncable: boolean;
  syncedFrom: string | null;
  originId: string | null;
  version: number;
  draft: boolean;
  publishedVersion: number | null;
  createdBy: Person | null;
  createdAt: string;
  updatedBy: Person | null;
  updatedAt: string;
  status?: string;
  drifted?: boolean;
  override?: Override | null;
  releaseName?: string | null;
  releaseId?: string | null;
  detachedFrom?: { source: string; originId: string } | null;
  sha256?: string;
  size?: number;
  mediaType?: string;
}
export interface Resource extends ResourceItem {
  body: JsonObject;
  credentials?: Record<string, Credential>;
  content?: { sha256: string; size: number; mediaType: string } | null;
}
export interface Version {
  version: number;
  note: string;
  publishedBy: Person | null;
  publishedAt: string;
}
export interface Graph<Node = Named> {
  nodes: Node[];
  edges: { from: string; to: string }[];
}

export type PlanAction =
  | "created"
  | "updated"
  | "unchanged"
  | "conflict"
  | "excluded"
  | "pruned"
  | "restored"
  | "deleted"
  | "recreated";
export interface FieldChange {
  pointer: string;
  op: "added" | "removed" | "changed" | "moved";
  before?: Json;
  after?: Json;
  from?: string;
  textDiff?: string;
  version?: number;
}
export interface Risk {
  risk: "new_host" | "new_variable" | "changed_code" | "changed_credential";
  detail: string;
  pointer?: string;
}
export interface PlanItem {
  kind: Kind | null;
  sourceId: string;
  targetId: string | null;
  name: string | null;
  action: PlanAction;
  reason?: string;
  because?: string[];
  drifted?: boolean;
  overridden?: boolean;
  changes?: string[];
  fields?: FieldChange[];
  risks?: Risk[];
  editedBy?: Person | null;
  editedAt?: string;
}
export interface Summary {
  created: number;
  updated: number;
  unchanged: number;
  drifted: number;
  conflicts: number;
  excluded: number;
  pruned: number;
  restored?: number;
  deleted?: number;
  recreated?: number;
}
export interface Orphan {
  kind: Kind;
  targetId: string;
  sourceId: string;
  name: string;
  reason: "deleted" | "unflagged" | "unreached" | "not_in_release";
  dependents: Named[];
  willPrune: boolean;
}
export interface DanglingReference {
  from: Named | string;
  to: string;
  kind: Kind;
  fixedByStep?: string | null;
}
export interface Preflight {
  ok: boolean;
  missingVariables: { name: string; usedBy: Named[] }[];
  danglingReferences: DanglingReference[];
  embeddingMismatches: {
    knowledgeBase: { id: string; name: string };
    source: { model: string; dimensions: number };
    target: { model: string; dimensions: number };
  }[];
  versionClashes: { kind: Kind; id: string; name: string; version: number }[];
  missingCredentials: { id: string; name: string; fields: string[] }[];
  blocked: { code: string; detail: string }[];
}
export interface Approval {
  required: number;
  granted: number;
  status: "pending" | "approved" | "denied" | "expired";
  expiresAt: string;
  decisions: { by: Person; decision: string; comment: string | null; at: string }[];
}
export interface Plan {
  planId: string;
  digest: string;
  kind: "sync" | "rollback";
  source: string;
  target: string;
  steps: Kind[];
  releaseId: string | null;
  onDrift: DriftPolicy;
  prune: boolean;
  sourceRevision: number;
  createdBy: Person;
  createdAt: string;
  expiresAt: string;
  status: "open" | "applied" | "expired";
  runId: string | null;
  rollsBack?: string | null;
  summary: Summary;
  byStep: Partial<Record<Kind, Summary>>;
  items: PlanItem[];
  orphans: Orphan[];
  preflight: Preflight;
  approval: Approval | null;
  warnings: string[];
  edits?: { kind: Kind; id: string; name: string; by: Person; at: string }[];
}
export type DriftPolicy = "keep" | "overwrite" | "fail";
export interface PlanOptions {
  resources?: { kind: Kind; id: string }[];
  steps?: Kind[];
  onDrift?: DriftPolicy;
  prune?: boolean;
  pruneLimit?: number;
  releaseId?: string;
  exclude?: { kind: Kind; id: string }[];
  credentials?: "copy" | "keep";
}

export type RunStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";
export interface Progress {
  step: Kind | null;
  done: number;
  total: number;
  steps: { step: Kind; done: number; total: number }[];
}
export interface Run {
  runId: string;
  kind: "sync" | "rollback";
  source: string;
  target: string;
  steps: Kind[];
  status: RunStatus;
  startedBy: Person;
  startedAt: string;
  finishedAt: string | null;
  durationMs?: number | null;
  planId?: string | null;
  releaseId?: string | null;
  releaseName?: string | null;
  rollsBack?: string | null;
  rolledBackBy?: string | null;
  summary: Summary | null;
  progress?: Progress;
  problem?: Record<string, unknown>;
}
export interface Report extends Run {
  byStep: Partial<Record<Kind, Summary>>;
  items: PlanItem[];
  danglingReferences: DanglingReference[];
  missingVariables: { name: string; usedBy: Named[] | number }[];
  warnings: string[];
}

export interface Release {
  releaseId: string;
  name: string;
  note: string | null;
  digest: string;
  source: string;
  createdBy: Person;
  createdAt: string;
  summary: Partial<Record<Kind, number>>;
  items?: { kind: Kind; id: string; name: string; published: number | null; draft: boolean; digest: string }[];
}
export interface Pair {
  source: string;
  target: string;
  releaseId: string | null;
  releaseName: string | null;
  lastRunId: string | null;
  lastRunAt: string | null;
  sourceRevision: number | null;
  behind: number | null;
  ahead: number | null;
  drifted: number | null;
  orphans: number | null;
}
export interface Matrix {
  tenants: Membership[];
  pairs: Pair[];
}

export interface DriftItem {
  kind: Kind;
  id: string;
  name: string;
  syncedFrom: string;
  originId: string;
  editedBy: Person | null;
  editedAt: string;
  changes: string[];
  sourceVisible?: boolean;
  fields?: {
    pointer: string;
    lastSynced?: Json;
    source?: Json;
    target?: Json;
    state: "target_only" | "source_only" | "same" | "conflict";
  }[];
}
export interface AuditEntry {
  seq: number;
  at: string;
  actor: Person | null;
  tokenId: string | null;
  action: string;
  subject: Named | null;
  details: JsonObject;
  requestId: string;
  hash: string;
}
export interface Webhook {
  id: string;
  url: string;
  events: string[];
  description: string | null;
  createdAt?: string;
  secret?: string;
}
export interface Delivery {
  id?: string;
  event: string;
  at: string;
  status: string | number | null;
  attempts?: number;
  error?: string | null;
}
