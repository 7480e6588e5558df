/** One mistake in a request, at a JSON Pointer into its body. */
export interface FieldProblem {
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
  /** The members of this kind of problem alone, such as `moved` of `plan_stale`. */
  readonly extra: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    const { code, detail, errors, requestId, type: _type, title, status: _status, ...extra } = body;
    super(String(detail ?? title ?? "The request failed."));
    this.name = "Problem";
    this.status = status;
    this.code = String(code ?? "unknown");
    this.detail = this.message;
    this.errors = Array.isArray(errors) ? (errors as FieldProblem[]) : [];
    this.requestId = typeof requestId === "string" ? requestId : null;
    this.extra = extra;
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

/** What each code means to a person and what to do about it. The server's own detail is shown beside it. */
const ADVICE: Record<string, Advice> = {
  offline: { title: "No connection", todo: "Check your network. The page tries again by itself." },
  unauthenticated: { title: "You are signed out", todo: "Sign in again; this page will still be here." },
  forbidden: {
    title: "Your role does not allow this",
    todo: "Ask an admin or owner of this tenant to do it or to raise your role.",
  },
  not_found: { title: "Not here", todo: "It was deleted, or it belongs to a tenant you are not a member of." },
  invalid_request: {
    title: "Something in the form is not right",
    todo: "Correct the fields listed below and try again.",
  },
  unknown_reference: {
    title: "A reference leads nowhere",
    todo: "Choose an existing resource, or remove the reference.",
  },
  in_use: {
    title: "Others use this",
    todo: "Remove the references first, or delete it anyway and leave them dangling.",
  },
  stale: {
    title: "Someone changed this meanwhile",
    todo: "Reload to see their version, then make your change again.",
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
  database_busy: {
    title: "Others are writing at this moment",
    todo: "It waited for them as long as it could. Nothing was applied; try again in a moment.",
  },
  overloaded: {
    title: "The server has too much to do",
    todo: "It takes no more at this moment. Try again in a little while.",
  },
  interrupted: {
    title: "The server stopped meanwhile",
    todo: "Nothing was applied. Plan again when it is back.",
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
  too_many_requests: { title: "Too many tries", todo: "Wait a little before trying again." },
  invalid_credentials: {
    title: "That did not work",
    todo: "Check e-mail, password and tenant. All three must belong together.",
  },
};

const BY_STATUS: Record<number, string> = {
  0: "offline",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  412: "stale",
  422: "invalid_request",
  429: "too_many_requests",
};

export function adviceFor(problem: Problem): Advice {
  const known = ADVICE[problem.code] ?? ADVICE[BY_STATUS[problem.status] ?? ""];
  if (known) return known;
  return problem.status >= 500
    ? {
        title: "The server failed",
        todo: "Try again. If it stays, give the request id to whoever runs the server.",
      }
    : { title: "That did not work", todo: "Read the reason and try again." };
}
