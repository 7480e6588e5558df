import { Alert } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
import { IconCloudOff } from "@tabler/icons-react";

export function OfflineBanner() {
  const { online } = useNetwork();
  if (online) return null;
  return (
    <Alert icon={<IconCloudOff />} color="yellow" radius={0} title="You are offline" role="status">
      What you see may be old. The page goes on by itself when the network is back.
    </Alert>
  );
}
