import { useTranslation } from "react-i18next";
import type { Location } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatLocale } from "../../ui/format.ts";
import classes from "./locations.module.css";

type Calendar = Location["calendar"];
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** 5 January 2026 was a Monday: names of weekdays come from the reader's own locale. */
const monday = Date.UTC(2026, 0, 5);
const dayMs = 86_400_000;

/** When the location works and until when an order leaves the same day, in its own time. */
export function OpeningHours({ calendar, timeZone }: { calendar: Calendar; timeZone: string }) {
  const { t } = useTranslation();
  const nameOf = new Intl.DateTimeFormat(formatLocale(), { weekday: "long", timeZone: "UTC" });
  const coming = (calendar.exceptions ?? []).filter((each) => Date.parse(each.on) > Date.now() - dayMs).slice(0, 6);
  return (
    <>
      <table className={classes.hours}>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t("location.day")}</th>
            <th scope="col">{t("location.hours")}</th>
            <th scope="col">{t("location.cutOff")}</th>
          </tr>
        </thead>
        <tbody>
          {weekdays.map((day, index) => (
            <tr key={day}>
              <th scope="row">{nameOf.format(monday + index * dayMs)}</th>
              <td>{hoursOf(calendar, day) ?? t("location.closed")}</td>
              <td className="soft">
                {calendar.cutOffs?.[day] && t("location.leavesUntil", { time: calendar.cutOffs[day] })}
              </td>
            </tr>
          ))}
          {coming.map((each) => (
            <tr key={each.on}>
              <th scope="row">
                <DateTime at={`${each.on}T12:00`} show="date" />
              </th>
              <td>
                {each.closed
                  ? t("location.closed")
                  : each.openingHours?.map(({ from, to }) => `${from} – ${to}`).join(", ")}
                {each.note && <span className="soft"> · {each.note}</span>}
              </td>
              <td className="soft">{each.cutOff && t("location.leavesUntil", { time: each.cutOff })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="faint" style={{ marginBottom: 0 }}>
        {t("location.inZone", { timeZone })}
      </p>
    </>
  );
}

/** A calendar without opening hours means always open; a day without any means closed. */
function hoursOf(calendar: Calendar, day: (typeof weekdays)[number]): string | undefined {
  if (!calendar.openingHours) return "00:00 – 24:00";
  const intervals = calendar.openingHours[day];
  return intervals?.length ? intervals.map(({ from, to }) => `${from} – ${to}`).join(", ") : undefined;
}
