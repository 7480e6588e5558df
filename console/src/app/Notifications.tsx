import "@mantine/core/styles/Notification.css";
import "@mantine/notifications/styles.css";
import { Notifications as Center } from "@mantine/notifications";

export default function Notifications() {
  return <Center position="bottom-right" />;
}
