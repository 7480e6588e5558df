import { Text } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { Outlet, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { AnchorLink, ButtonLink } from "~/shared/links";
import { Empty } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";

export function Root() {
  return <Outlet />;
}

export function NotFound() {
  return (
    <div className="page">
      <Empty
        icon={IconCompass}
        title="There is no such page"
        action={<ButtonLink to="/">Go to the overview</ButtonLink>}
      >
        The address may be mistyped, or what it led to is gone.
      </Empty>
    </div>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="page">
      <ProblemPanel error={error} onRetry={retry}>
        <Text size="sm">
          <AnchorLink to="/">Go to the overview</AnchorLink>
        </Text>
      </ProblemPanel>
    </div>
  );
}
