import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { call } from "~/api/client";
import { atLeast, meQuery } from "~/api/session";
import type { Me, Membership, Role } from "~/api/types";

/** The tenant of the address bar. Only pages under /t/… may ask. */
export function useTenantId(): string {
  const { tenant } = useParams({ strict: false }) as { tenant?: string };
  if (!tenant) throw new Error("This page is not inside a tenant.");
  return tenant;
}

export function useMe(): Me {
  return useSuspenseQuery(meQuery(useTenantId())).data;
}

export function useMembership(): Membership {
  const tenant = useTenantId();
  const me = useMe();
  return (
    me.tenants.find((membership) => membership.id === tenant) ?? {
      id: tenant,
      label: tenant,
      environment: "development",
      role: me.role,
    }
  );
}

/** May this person do what needs `role` here? The server decides; this only spares them a refusal. */
export function useMay(role: Role): boolean {
  const me = useMe();
  return me.person.superuser || atLeast(useMembership().role, role);
}

export function useMemberships(): Membership[] {
  const { data } = useQuery(meQuery(useTenantId()));
  return data?.tenants ?? [];
}

export function tenantQuery(tenant: string) {
  return queryOptions({
    queryKey: ["tenant", tenant],
    queryFn: () => call(tenant, "get", "/api/tenant"),
  });
}
