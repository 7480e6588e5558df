import createClient from "openapi-fetch";
import type { paths } from "./schema";
import { offline, Problem } from "./problem";

type Method = "get" | "post" | "put" | "patch" | "delete";
type Scalar = string | number | boolean;

export interface CallOptions {
  path?: Record<string, string>;
  query?: Record<string, Scalar | null | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answer<T> {
  data: T;
  status: number;
  headers: Headers;
}

/** Told when an answer says that nobody is signed in. */
const signedOut = new Set<() => void>();
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

const client = createClient<paths>({ baseUrl: window.location.origin, credentials: "same-origin" });

/** The cookie says who; the header says in which of that person's tenants. */
export function tenantHeader(tenant: string | null): Record<string, string> {
  return tenant === null ? {} : { "x-tenant-id": tenant };
}

/** Every request of the console goes through here; a refusal is thrown as a Problem. */
export async function send<T>(
  tenant: string | null,
  method: Method,
  path: string,
  options: CallOptions = {},
): Promise<Answer<T>> {
  const query = Object.fromEntries(
    Object.entries(options.query ?? {}).filter(
      ([, value]) => value !== undefined && value !== null && value !== "",
    ),
  );
  const init = {
    params: { path: options.path ?? {}, query },
    headers: { ...tenantHeader(tenant), ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  let result: { data?: unknown; error?: unknown; response: Response };
  try {
    result = await client.request(method, path as never, init as never);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw offline();
  }
  const { data, error, response } = result;
  if (!response.ok) {
    const body = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
    if (response.status === 401 && path !== "/api/auth/login") for (const listener of signedOut) listener();
    throw new Problem(response.status, body);
  }
  return { data: data as T, status: response.status, headers: response.headers };
}

export async function call<T>(
  tenant: string | null,
  method: Method,
  path: string,
  options?: CallOptions,
): Promise<T> {
  return (await send<T>(tenant, method, path, options)).data;
}
