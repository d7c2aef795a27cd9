import classes from "./key-value.module.css";

/** Facts as a definition list. A fact without a value is left out rather than shown empty. */
export function KeyValue({ facts }: { facts: readonly (readonly [key: string, value: React.ReactNode])[] }) {
  return (
    <dl className={classes.list}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([key, value]) => (
          <div key={key} className={classes.fact}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
