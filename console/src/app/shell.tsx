import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLiveUpdates } from "./live.ts";
import { OfflineBanner } from "./offline-banner.tsx";
import { BottomNavigation, TopBar } from "./phone-navigation.tsx";
import classes from "./shell.module.css";
import { Sidebar } from "./sidebar.tsx";

const loadPalette = () => import("./command-palette.tsx");
const CommandPalette = lazy(loadPalette);
const paletteAfterMs = 4000;

export function Shell() {
  const { t } = useTranslation();
  const phone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [palette, setPalette] = useState<"unloaded" | "open" | "closed">("unloaded");
  const openPalette = () => setPalette("open");
  useHotkeys([["mod+K", openPalette]], []);
  useLiveUpdates();
  // Whoever presses the keys types on at once: the palette must not be on its way then. But the page goes first.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), paletteAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.shell} data-phone={phone || undefined}>
      <a href="#content" className={classes.skip}>
        {t("app.skip")}
      </a>
      {phone ? <TopBar search={openPalette} /> : <Sidebar search={openPalette} />}
      <main id="content" tabIndex={-1} className={classes.main}>
        <OfflineBanner />
        <div className={classes.page}>
          <Outlet />
        </div>
      </main>
      {phone && <BottomNavigation />}
      {palette !== "unloaded" && (
        <Suspense>
          <CommandPalette opened={palette === "open"} close={() => setPalette("closed")} />
        </Suspense>
      )}
    </div>
  );
}
