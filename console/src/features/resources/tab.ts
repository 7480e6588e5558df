import type { Kind, Resource } from "~/api/types";

/** What each tab of a resource gets. */
export interface TabProps {
  tenant: string;
  kind: Kind;
  resource: Resource;
  etag: string | null;
  mayEdit: boolean;
}
