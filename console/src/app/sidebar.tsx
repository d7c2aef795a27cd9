import { Kbd, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan } from "../api/session.ts";
import { AccountMenu } from "./account-menu.tsx";
import { useLiveState } from "./live.ts";
import { Logo } from "./logo.tsx";
import { allowedDestinations, type Destination, useIsHere } from "./navigation.ts";
import { OverdueBadge } from "./overdue-badge.tsx";
import classes from "./sidebar.module.css";
import { useOverdue } from "./use-overdue.ts";

const commandKey = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";

const groups = ["work", "setUp"] as const;

export function Sidebar({ search }: { search: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const isHere = useIsHere();
  const allowed = allowedDestinations(can);
  const overdue = useOverdue();
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
        {groups.map((group) => (
          <div key={group} role="group" aria-label={t(`app.navGroup.${group}`)} className={classes.group}>
            {allowed
              .filter((destination) => destination.group === group)
              .map((destination) => (
                <div key={destination.name} className={classes.place}>
                  <Item destination={destination} isHere={isHere(destination)} />
                  <OverdueBadge name={destination.name} count={overdue(destination.name)} />
                </div>
              ))}
          </div>
        ))}
      </nav>
      {can("events:read") && <LiveMark />}
      <AccountMenu />
    </section>
  );
}

function Item({ destination: { to, name, icon: Icon }, isHere }: { destination: Destination; isHere: boolean }) {
  const { t } = useTranslation();
  return (
    <Link
      to={to}
      className={classes.item}
      data-active={isHere || undefined}
      aria-current={isHere ? "page" : undefined}
      activeOptions={{ exact: true, includeSearch: false }}
    >
      <Icon size={17} stroke={1.6} aria-hidden="true" />
      {t(`app.nav.${name}`)}
    </Link>
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
