import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { call } from "./client";
import { ROLES, type Role } from "./types";

const LAST_TENANT = "syncline.tenant";

export function meQuery(tenant: string | null) {
  return queryOptions({
    queryKey: ["me", tenant],
    queryFn: () => call(tenant, "get", "/api/me"),
    staleTime: 60_000,
  });
}

/** Whether the server waits for its first person. */
export function setupQuery() {
  return queryOptions({ queryKey: ["setup"], queryFn: () => call(null, "get", "/api/setup") });
}

export async function signIn(email: string, password: string, tenantId: string): Promise<void> {
  await call(null, "post", "/api/auth/login", { body: { email, password, tenantId, cookie: true } });
  rememberTenant(tenantId);
}

export async function signOut(queries: QueryClient): Promise<void> {
  await call(null, "post", "/api/auth/logout");
  queries.clear();
}

/** Where the person was last: a convenience, so failing to keep it is no matter. */
export function rememberTenant(tenant: string): void {
  try {
    localStorage.setItem(LAST_TENANT, tenant);
  } catch {
    // A browser that keeps nothing for us still works.
  }
}

export function lastTenant(): string | null {
  try {
    return localStorage.getItem(LAST_TENANT);
  } catch {
    return null;
  }
}

export function atLeast(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}
