import { MantineThemeProvider } from "@mantine/core";
import "@mantine/notifications/styles.layer.css";
import { Notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** What happened in passing, bottom right. Loaded when there is something to say for the first time. */
export default function Notices() {
  const { t } = useTranslation();
  const named = useMemo(
    () => ({ components: { Notification: { defaultProps: { closeButtonProps: { "aria-label": t("ui.close") } } } } }),
    [t],
  );
  return (
    <MantineThemeProvider theme={named}>
      <Notifications position="bottom-right" autoClose={6000} />
    </MantineThemeProvider>
  );
}
