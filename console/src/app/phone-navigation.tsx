import { IconDots, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "../api/session.ts";
import { AccountMenu } from "./account-menu.tsx";
import { formatCount } from "../ui/format.ts";
import { Logo } from "./logo.tsx";
import { allowedDestinations, type Destination, useIsHere } from "./navigation.ts";
import classes from "./phone-navigation.module.css";
import { useOverdue } from "./use-overdue.ts";

export function TopBar({ search }: { search: () => void }) {
  const { t } = useTranslation();
  return (
    <header className={classes.top}>
      <Link to="/" className={classes.brand} aria-label="Orrery">
        <Logo size={28} />
      </Link>
      <button type="button" className={classes.search} onClick={search}>
        <IconSearch size={16} stroke={1.7} aria-hidden="true" />
        {t("app.search")}
      </button>
      <div>
        <AccountMenu compact />
      </div>
    </header>
  );
}

const places = 4;
const MoreDrawer = lazy(() => import("./more-drawer.tsx"));

export function BottomNavigation() {
  const { t } = useTranslation();
  const can = useCan();
  const isHere = useIsHere();
  const [more, setMore] = useState(false);
  const [asked, setAsked] = useState(false);
  const allowed = allowedDestinations(can);
  const near = allowed
    .filter((each) => each.phoneRank !== null)
    .sort((a, b) => (a.phoneRank ?? 0) - (b.phoneRank ?? 0))
    .slice(0, places);
  const rest = allowed.filter((each) => !near.includes(each));
  const overdue = useOverdue();
  const overdueInRest = rest.reduce((sum, { name }) => sum + overdue(name), 0);
  return (
    <nav className={classes.bottom} aria-label={t("app.navigation")}>
      {near.map((each) => (
        <Tab key={each.name} destination={each} isHere={isHere(each)} overdue={overdue(each.name)} />
      ))}
      {rest.length > 0 && (
        <>
          <button
            type="button"
            className={classes.tab}
            aria-expanded={more}
            onClick={() => {
              setAsked(true);
              setMore(true);
            }}
          >
            <IconDots size={22} stroke={1.6} aria-hidden="true" />
            <Bubble count={overdueInRest} />
            {t("app.more")}
          </button>
          {asked && (
            <Suspense>
              <MoreDrawer destinations={rest} overdue={overdue} opened={more} close={() => setMore(false)} />
            </Suspense>
          )}
        </>
      )}
    </nav>
  );
}

/** Beside an icon there is no room for a place of its own to tap. */
function Bubble({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <span className={classes.bubble}>
      {formatCount(count)}
      <span className="visually-hidden"> {t("app.overdue")} </span>
    </span>
  );
}

type TabProps = { destination: Destination; isHere: boolean; overdue: number };

function Tab({ destination: { to, name, icon: Icon }, isHere, overdue }: TabProps) {
  const { t } = useTranslation();
  return (
    <Link
      to={to}
      className={classes.tab}
      data-active={isHere || undefined}
      aria-current={isHere ? "page" : undefined}
      activeOptions={{ exact: true, includeSearch: false }}
    >
      <Icon size={22} stroke={1.6} aria-hidden="true" />
      <Bubble count={overdue} />
      {t(`app.nav.${name}`)}
    </Link>
  );
}
