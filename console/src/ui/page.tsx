import { Title } from "@mantine/core";
import { useEffect } from "react";
import classes from "./page.module.css";

type PageProps = {
  title: string;
  /** Where this page belongs, a link back to its list. */
  above?: React.ReactNode;
  /** Badges beside the title: what is it, is it in trouble. */
  badges?: React.ReactNode;
  /** One quiet line below the title. */
  facts?: React.ReactNode;
  /** The one primary action, always at the top right; secondary actions stand to its left. */
  actions?: React.ReactNode;
  /** `fill` gives the content the rest of the window (a virtual list scrolls itself), `flow` scrolls the page. */
  layout?: "flow" | "fill";
  /** At phone size the actions stand at the bottom, below the thumb: for work done with one hand. */
  actionsBelow?: boolean;
  /** The header stays in sight while a long form scrolls, and with it the action that saves. */
  stickyHeader?: boolean;
  children: React.ReactNode;
};

export function Page(props: PageProps) {
  const { title, above, badges, facts, actions, layout = "flow", actionsBelow, stickyHeader, children } = props;
  useEffect(() => {
    document.title = `${title} · Orrery`;
  }, [title]);
  return (
    <div className={classes.page} data-layout={layout} data-actions={actionsBelow ? "below" : undefined}>
      <header className={classes.header} data-sticky={stickyHeader || undefined}>
        <div className={classes.heading}>
          {above && <div className={classes.above}>{above}</div>}
          <div className={classes.titleLine}>
            <Title order={1} className={classes.title}>
              {title}
            </Title>
            {badges}
          </div>
          {facts && <div className={classes.facts}>{facts}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={classes.content}>{children}</div>
    </div>
  );
}
