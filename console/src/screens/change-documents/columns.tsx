import classes from "./columns.module.css";

type ColumnsProps = {
  main: React.ReactNode;
  /** What is tried or seen of it; its first part stays in sight. */
  beside: React.ReactNode;
  even?: boolean;
};

/** What a document says, and beside it what that means. */
export function Columns({ main, beside, even }: ColumnsProps) {
  return (
    <div className={classes.columns} data-even={even || undefined}>
      <div className={classes.main}>{main}</div>
      <div className={classes.beside}>{beside}</div>
    </div>
  );
}

/** Whoever may not change the fields looks at them only. */
export function Fields({ mayWrite, children }: { mayWrite: boolean; children: React.ReactNode }) {
  return (
    <fieldset disabled={!mayWrite} className={classes.fields}>
      {children}
    </fieldset>
  );
}
