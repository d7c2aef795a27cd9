import { Title } from "@mantine/core";
import { useId } from "react";
import classes from "./panel.module.css";

type PanelProps = {
  title: React.ReactNode;
  /** A count or a badge beside the title. */
  beside?: React.ReactNode;
  actions?: React.ReactNode;
  /** `bleed` lets a table or a list touch the panel's edges. */
  bleed?: boolean;
  children: React.ReactNode;
};

export function Panel({ title, beside, actions, bleed, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.header}>
        <Title order={2} id={id} className={classes.title}>
          {title}
        </Title>
        {beside}
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={classes.body} data-bleed={bleed || undefined}>
        {children}
      </div>
    </section>
  );
}
