import { Drawer } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Destination } from "./navigation.ts";
import { OverdueBadge } from "./overdue-badge.tsx";
import classes from "./phone-navigation.module.css";

type MoreDrawerProps = {
  destinations: readonly Destination[];
  overdue: (name: Destination["name"]) => number;
  opened: boolean;
  close: () => void;
};

/** The places that do not fit below the thumb. */
export default function MoreDrawer({ destinations, overdue, opened, close }: MoreDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="bottom"
      size="auto"
      title={t("app.more")}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <div className={classes.more}>
        {destinations.map(({ to, name, icon: Icon }) => (
          <div key={name} className={classes.morePlace}>
            <Link to={to} className={classes.moreItem} onClick={close}>
              <Icon size={20} stroke={1.6} aria-hidden="true" />
              {t(`app.nav.${name}`)}
            </Link>
            <OverdueBadge name={name} count={overdue(name)} follow={close} />
          </div>
        ))}
      </div>
    </Drawer>
  );
}
