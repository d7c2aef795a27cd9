import { useTranslation } from "react-i18next";
import { formatCount } from "../../ui/format.ts";
import classes from "./seen-values.module.css";

type Seen = { readonly name: string; readonly value: string | number | boolean | null };

/** What a condition looked at: the reason why it holds or does not. */
export function SeenValues({ values }: { values: readonly Seen[] }) {
  const { t } = useTranslation();
  if (values.length === 0) return null;
  const shown = (value: Seen["value"]) => {
    if (value === null) return t("workflow.valueMissing");
    if (typeof value === "boolean") return t(value ? "workflow.yes" : "workflow.no");
    return typeof value === "number" ? formatCount(value) : value || t("workflow.valueEmpty");
  };
  return (
    <dl className={classes.values}>
      {values.map(({ name, value }) => (
        <div key={name}>
          <dt className="code">{name}</dt>
          <dd>{shown(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
