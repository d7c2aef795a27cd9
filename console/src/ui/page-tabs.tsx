import { Link, type LinkProps } from "@tanstack/react-router";
import classes from "./page-tabs.module.css";

type PageTab = { label: string; link: LinkProps };

/** Pages that belong together, one click apart. Each is a page of its own, with its own address. */
export function PageTabs({ label, tabs }: { label: string; tabs: readonly PageTab[] }) {
  return (
    <nav aria-label={label} className={classes.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          {...tab.link}
          className={classes.tab}
          activeOptions={{ includeSearch: false, exact: true }}
          activeProps={{ "data-active": true, "aria-current": "page" }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
