import "@mantine/notifications/styles.layer.css";
import { Notifications } from "@mantine/notifications";

/** What happened in passing, bottom right. Loaded when there is something to say for the first time. */
export default function Notices() {
  return <Notifications position="bottom-right" autoClose={6000} />;
}
