import { Kbd, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan } from "../api/session.ts";
import { AccountMenu } from "./account-menu.tsx";
import { useLiveState } from "./live.ts";
import { Logo } from "./logo.tsx";
import { allowedDestinations } from "./navigation.ts";
import classes from "./sidebar.module.css";

const commandKey = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";

export function Sidebar({ search }: { search: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <section aria-label="Orrery" className={classes.sidebar}>
      <div className={classes.brand}>
        <Logo />
        <span>Orrery</span>
      </div>
      <UnstyledButton className={classes.search} onClick={search} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={15} stroke={1.7} aria-hidden="true" />
        <span className="truncate">{t("app.search")}</span>
        <Kbd size="xs">{commandKey} K</Kbd>
      </UnstyledButton>
      <nav aria-label={t("app.navigation")} className={classes.nav}>
        {allowedDestinations(can).map(({ to, name, icon: Icon }) => (
          <Link
            key={name}
            to={to}
            className={classes.item}
            activeOptions={{ exact: to === "/", includeSearch: false }}
            activeProps={{ "data-active": true, "aria-current": "page" }}
          >
            <Icon size={17} stroke={1.6} aria-hidden="true" />
            {t(`app.nav.${name}`)}
          </Link>
        ))}
      </nav>
      {can("events:read") && <LiveMark />}
      <AccountMenu />
    </section>
  );
}

function LiveMark() {
  const { t } = useTranslation();
  const live = useLiveState();
  return (
    <div className={classes.live} data-state={live}>
      <span className={classes.pulse} aria-hidden="true" />
      {t(`app.live.${live}`)}
    </div>
  );
}
