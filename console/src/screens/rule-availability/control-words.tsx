import { useTranslation } from "react-i18next";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { formatDateTime } from "../../ui/format.ts";
import { useNow } from "../../ui/date-time.tsx";
import { useChannelOptions, useLocationNames } from "../places.tsx";
import { useSkuNames } from "../sku-names.ts";
import { amountOf, type Control, keepsBack, kindOf, type ListDimension, listDimensions } from "./control-content.ts";
import classes from "./controls.module.css";

const namesShown = 6;

/** A rule in plain words: what it does, about what, and when. */
export function ControlWords({ control }: { control: Control }) {
  const { t } = useTranslation();
  const { effect, scope = {}, validFrom, validUntil } = control;
  const named = listDimensions.filter((dimension) => scope[dimension] !== undefined);
  const attributes = Object.entries(scope.attributes ?? {});
  const namesPlaces = named.some((one) => (places as readonly string[]).includes(one));
  return (
    <span className={classes.words}>
      <span>{t(`control.says.${kindOf(effect)}`, { count: amountOf(effect) ?? 0 })}</span>
      {effect.period && <span className="soft">{t("control.midnight", { zone: effect.timeZone ?? "UTC" })}</span>}
      {named.map((dimension) => (
        <span key={dimension} className="soft">
          {t(`control.about.${dimension}`)} <Names dimension={dimension} codes={scope[dimension] ?? []} />
        </span>
      ))}
      {attributes.map(([key, values]) => (
        <span key={key} className="soft">
          {t("control.about.attribute", { key, values: values.join(", ") })}
        </span>
      ))}
      {named.length + attributes.length === 0 && <span className="soft">{t("control.about.everything")}</span>}
      {keepsBack(effect) && !namesPlaces && <span className="soft">{t("control.about.ownStock")}</span>}
      {(validFrom ?? validUntil) && (
        <span className={classes.validity}>
          {validFrom && t("control.from", { moment: formatDateTime(new Date(validFrom)) })}{" "}
          {validUntil && t("control.until", { moment: formatDateTime(new Date(validUntil)) })}{" "}
          <Validity control={control} />
        </span>
      )}
    </span>
  );
}

const places = ["locations", "locationTypes", "locationGroups", "vendors"] as const satisfies ListDimension[];

/** Whether a rule with dates holds now. */
function Validity({ control: { validFrom, validUntil } }: { control: Control }) {
  const { t } = useTranslation();
  const now = useNow();
  if (validUntil && Date.parse(validUntil) <= now) return <StatusBadge tone="stopped">{t("control.over")}</StatusBadge>;
  if (validFrom && Date.parse(validFrom) > now) return <StatusBadge tone="waiting">{t("control.notYet")}</StatusBadge>;
  return <StatusBadge tone="ready">{t("control.inEffect")}</StatusBadge>;
}

function Names({ dimension, codes }: { dimension: ListDimension; codes: readonly string[] }) {
  const { t } = useTranslation();
  const nameOf = useNameOf(dimension, codes.slice(0, namesShown));
  const more = codes.length - namesShown;
  return (
    <>
      <strong>{codes.slice(0, namesShown).map(nameOf).join(", ")}</strong>
      {more > 0 && ` ${t("control.more", { count: more })}`}
    </>
  );
}

/** What people call what a rule names by its code. */
export function useNameOf(dimension: ListDimension, codes: readonly string[]): (code: string) => string {
  const { t } = useTranslation();
  const channels = useChannelOptions();
  const locationName = useLocationNames();
  const { data: skus } = useSkuNames(dimension === "skus" ? codes : []);
  switch (dimension) {
    case "channels":
      return (code) => channels.find(({ value }) => value === code)?.label ?? code;
    case "locations":
    case "vendors":
      return locationName;
    case "locationTypes":
      return (type) => t(`location.types.${type}`, { defaultValue: type });
    case "skus":
      return (code) => {
        const name = skus?.get(code);
        return name === undefined ? code : `${name} (${code})`;
      };
    default:
      return (name) => name;
  }
}
