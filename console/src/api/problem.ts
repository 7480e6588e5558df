import type { ProblemCode, ProblemMembers } from "./types";

/** One mistake in a request, at a JSON Pointer into its body. */
interface FieldProblem {
  pointer: string;
  detail: string;
}

/** What the server answers when it does not do what was asked (RFC 9457). Codes are stable, for programs. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldProblem[];
  readonly requestId: string | null;
  /** All that was said, with the members of this kind of problem alone, such as `moved` of `plan_stale`. */
  readonly members: Partial<ProblemMembers>;

  constructor(status: number, body: Partial<ProblemMembers> & { errors?: FieldProblem[]; requestId?: string }) {
    super(body.detail ?? "The request failed.");
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.detail = this.message;
    this.errors = body.errors ?? [];
    this.requestId = body.requestId ?? null;
    this.members = body;
  }
}

/** The problem in an answer; a proxy in between may have answered something else. */
export function problemOf(status: number, text: string): Problem {
  try {
    const body: unknown = JSON.parse(text);
    return new Problem(status, body !== null && typeof body === "object" ? body : {});
  } catch {
    return new Problem(status, {});
  }
}

/** The server could not be reached, or what came back is not its answer. */
export function offline(): Problem {
  return new Problem(0, {
    code: "offline",
    detail: "The server cannot be reached. Nothing was changed by this page.",
  });
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, {
    code: "console_error",
    detail: error instanceof Error ? error.message : String(error),
  });
}

interface Advice {
  title: string;
  todo: string;
}

/** Of what is no refusal: the server cannot be reached, or cannot do it now. */
type FailureCode = "database_busy" | "interrupted" | "overloaded" | "storage_full";

/** What each code means to a person and what to do about it. The server's own detail is shown beside it. */
const BY_CODE: Partial<Record<ProblemCode | FailureCode, Advice>> = {
  invalid_credentials: {
    title: "That did not work",
    todo: "Check e-mail, password and tenant. All three must belong together.",
  },
  unknown_reference: {
    title: "A reference leads nowhere",
    todo: "Choose an existing resource, or remove the reference.",
  },
  in_use: {
    title: "Others use this",
    todo: "Remove the references first, or delete it anyway and leave them dangling.",
  },
  plan_stale: {
    title: "The plan is out of date",
    todo: "Something in it moved since it was made. Plan again and look at what is new.",
  },
  plan_used: {
    title: "This plan was already applied",
    todo: "A plan applies once. Open its run, or make a new plan.",
  },
  plan_expired: { title: "This plan has expired", todo: "Plans last a day. Make a new one." },
  drift: {
    title: "Copies were edited in the target",
    todo: "Choose to keep or overwrite those edits, or settle them on the Drift page.",
  },
  approval_required: {
    title: "This needs approval",
    todo: "Ask an approver of the target. The plan waits for them.",
  },
  approval_pending: {
    title: "Waiting for approval",
    todo: "The plan can be applied when enough people have approved it.",
  },
  approval_denied: {
    title: "The plan was denied",
    todo: "Read the comment, change what it asks for and plan again.",
  },
  self_approval: { title: "A plan of your own", todo: "Somebody else must approve it." },
  frozen: {
    title: "The target is frozen",
    todo: "Its policy lets nothing in at this time. Try again after the window.",
  },
  prune_blocked: {
    title: "Something still uses what would be removed",
    todo: "Remove those references in the target, or sync without removing.",
  },
  prune_limit: {
    title: "Too much would be removed",
    todo: "The policy limits how much one run removes. Raise the limit or remove less.",
  },
  edited_since: {
    title: "Edited since that run",
    todo: "Rolling back would lose these edits. Leave them out or overwrite them knowingly.",
  },
  source_not_allowed: {
    title: "The target does not accept this source",
    todo: "An admin of the target can allow it under Inbound policy.",
  },
  kind_not_allowed: {
    title: "The target does not accept this kind",
    todo: "An admin of the target can allow it under Inbound policy.",
  },
  database_busy: {
    title: "The target is busy",
    todo: "Others write into it at this moment. Nothing was changed; try again when they have finished.",
  },
  interrupted: {
    title: "The server stopped during this run",
    todo: "The run is over, and none of it is there. Plan again and start a new one.",
  },
  overloaded: { title: "The server has too much to do", todo: "Nothing was changed. Try again in a moment." },
  storage_full: { title: "The disk of the server is full", todo: "Whoever runs the server has to make room." },
};

const BY_STATUS: Record<number, Advice> = {
  0: { title: "No connection", todo: "Check your network. The page tries again by itself." },
  401: { title: "You are signed out", todo: "Sign in again; this page will still be here." },
  403: {
    title: "Your role does not allow this",
    todo: "Ask an admin or owner of this tenant to do it or to raise your role.",
  },
  404: { title: "Not here", todo: "It was deleted, or it belongs to a tenant you are not a member of." },
  412: {
    title: "Someone changed this meanwhile",
    todo: "Reload to see their version, then make your change again.",
  },
  422: {
    title: "Something in the form is not right",
    todo: "Correct the fields listed below and try again.",
  },
  429: { title: "Too many tries", todo: "Wait a little before trying again." },
};

export function adviceFor(problem: Problem): Advice {
  const known = BY_CODE[problem.code as keyof typeof BY_CODE] ?? BY_STATUS[problem.status];
  if (known) return known;
  return problem.status >= 500
    ? {
        title: "The server failed",
        todo: "Try again. If it stays, give the request id to whoever runs the server.",
      }
    : { title: "That did not work", todo: "Read the reason and try again." };
}
