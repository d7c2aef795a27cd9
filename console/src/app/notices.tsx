import "@mantine/notifications/styles.layer.css";
import { MantineThemeProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** What happened in passing, bottom right. Loaded when there is something to say for the first time. */
export default function Notices() {
  const { t } = useTranslation();
  const theme = useMemo(() => {
    const defaultProps = {
      closeButtonProps: { "aria-label": t("ui.close") },
      // The library's own gray is too pale to be read by everybody.
      styles: { description: { color: "var(--ink-soft)" } },
    };
    return { components: { Notification: { defaultProps } } };
  }, [t]);
  return (
    <MantineThemeProvider theme={theme} inherit>
      <Notifications position="bottom-right" autoClose={6000} />
    </MantineThemeProvider>
  );
}
