import { AuditList } from "~/features/settings/AuditList";
import type { TabProps } from "./tab";

/** What was done to this resource, from the tenant's audit. */
export function ActivityTab({ tenant, resource }: TabProps) {
  return <AuditList tenant={tenant} filter={{ subject: resource.id }} />;
}
