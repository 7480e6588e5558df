import { Page } from "~/shared/Page";
import { useMembership } from "~/app/tenant";

export function OverviewPage() {
  const membership = useMembership();
  return (
    <Page title={membership.label} about="Where things stand.">
      <div />
    </Page>
  );
}
