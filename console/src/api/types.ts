/** Short names for the shapes of the API. All of them are made from its description (`npm run api`). */
import type { components } from "./schema";

export {
  dayValues as DAYS,
  environmentValues as ENVIRONMENTS,
  kindValues as KINDS,
  roleValues as ROLES,
  runKindValues as RUN_KINDS,
  runStatusValues as RUN_STATUSES,
} from "./schema";

type Schemas = components["schemas"];

export type Kind = Schemas["Kind"];
export type Role = Schemas["Role"];
export type Environment = Schemas["Environment"];
export type Named = Schemas["NamedResource"];
export type Membership = Schemas["Membership"];
export type Me = Schemas["Me"];

export type Tenant = Schemas["Tenant"];
export type SyncPolicy = Schemas["SyncPolicy"];
export type FreezeWindow = Schemas["FreezeWindow"];
export type Account = Schemas["Account"];
export type ApiKey = Schemas["ApiKey"];
export type MadeApiKey = Schemas["MadeApiKey"];
export type Webhook = Schemas["Webhook"];
export type MadeWebhook = Schemas["MadeWebhook"];
export type Delivery = Schemas["Delivery"];
export type WebhookEvent = Schemas["Event"];
export type Variable = Schemas["Variable"];

export type ResourceSummary = Schemas["ResourceSummary"];
export type Resource = Schemas["Resource"];
export type NewResource = Schemas["NewResource"];
export type ResourceChange = Schemas["ResourceChange"];
export type Body = Schemas["Body"];
export type Version = Schemas["Version"];
export type GraphNode = Schemas["GraphNode"];

export type PlanOptions = Schemas["PlanRequest"];
export type DriftPolicy = Schemas["DriftPolicy"];
export type PlanSummary = Schemas["PlanSummary"];
export type Plan = Schemas["Plan"];
export type RollbackPlan = Schemas["RollbackPlan"];
export type AnyPlan = Schemas["AnyPlan"];
export type PlanGraph = Schemas["PlanGraph"];
export type Approval = Schemas["Approval"];
export type Orphan = Schemas["Orphan"];
export type Risk = Schemas["RiskMark"];
export type Reason = Schemas["Reason"];
export type FieldChange = Schemas["FieldChange"];
export type DanglingReference = Schemas["DanglingReference"];
export type MissingVariable = Schemas["MissingVariable"];

export type Run = Schemas["Run"];
export type RunStatus = Schemas["RunStatus"];
export type RunDetail = Schemas["RunDetail"];
export type RunState = Schemas["RunState"];
/** A run that succeeded. */
export type Report = Schemas["SyncRun"] | Schemas["RollbackRun"];
export type Progress = Schemas["Progress"];
export type Matrix = Schemas["Matrix"];
export type Pair = Schemas["Pair"];
export type Release = Schemas["Release"];
export type DriftItem = Schemas["DriftItem"];
export type Drift = Schemas["Drift"];
export type FieldStates = Schemas["FieldStates"];

export type ProblemCode = Schemas["ProblemCode"];
export type ProblemMembers = Schemas["RunProblem"];

export type Action = Schemas["Action"] | Schemas["RollbackAction"];
/** An item of any plan or report: what only some of them have may be missing. */
export type Item = Omit<Schemas["PlanItem"], "action" | "sourceId"> & {
  action: Action;
  sourceId: string | null;
  edited?: true;
};
/** The figures of any plan or run: those of a sync and those of a rollback have little in common. */
export type Figures = { [Name in keyof Schemas["Counts"] | keyof Schemas["RollbackCounts"]]?: number };
