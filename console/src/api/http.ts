import { offline, problemOf, type Problem } from "./problem";

/** A value of a query; undefined and the empty text are left out. */
type Value = string | number | boolean | undefined;

export interface Sent {
  path?: Record<string, string>;
  query?: Record<string, Value>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Told when an answer says that nobody is signed in. */
const signedOut = new Set<() => void>();
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/** The address of a path of the API with its values in place. */
export function addressOf(
  pattern: string,
  { path = {}, query = {} }: Pick<Sent, "path" | "query"> = {},
): string {
  const address = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
  const wanted = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") wanted.set(name, String(value));
  }
  return wanted.size > 0 ? `${address}?${wanted}` : address;
}

/** The cookie says who; the header says in which of that person's tenants. */
export function tenantHeader(tenant: string | null): Record<string, string> {
  return tenant === null ? {} : { "x-tenant-id": tenant };
}

/** What an answer that is a refusal becomes, however it was asked for. */
export function refusalOf(status: number, text: string): Problem {
  const problem = problemOf(status, text);
  if (status === 401 && problem.code !== "invalid_credentials") for (const listener of signedOut) listener();
  return problem;
}

/** Sends a request. Gives an answer that is no refusal; throws a Problem. */
export async function request(
  tenant: string | null,
  method: string,
  pattern: string,
  sent: Sent = {},
): Promise<Response> {
  const headers = { ...tenantHeader(tenant), ...sent.headers };
  let response: Response;
  try {
    response = await fetch(addressOf(pattern, sent), {
      method: method.toUpperCase(),
      credentials: "same-origin",
      headers: sent.body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      ...(sent.signal ? { signal: sent.signal } : {}),
    });
  } catch (error) {
    if (sent.signal?.aborted) throw error;
    throw offline();
  }
  if (!response.ok) throw refusalOf(response.status, await response.text().catch(() => ""));
  return response;
}
