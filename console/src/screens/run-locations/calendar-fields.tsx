import { ActionIcon, Button, Select, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../ui/format.ts";
import { TimeField } from "../../ui/time-field.tsx";
import classes from "./calendar.module.css";
import { exceptionKinds, type Interval, type Weekday, weekdays } from "./calendar-values.ts";
import type { LocationValues } from "./location-values.ts";

type CalendarFieldsProps = {
  form: UseFormReturnType<LocationValues>;
  /** False where nothing is handed to carriers, so that there is no last moment of the day for it. */
  withCutOffs?: boolean;
};

/** 5 January 2026 was a Monday: names of weekdays come from the reader's own locale. */
const monday = Date.UTC(2026, 0, 5);
const dayMs = 86_400_000;
const usual: Interval = { from: "09:00", to: "18:00" };
const mostIntervals = 10;

export function CalendarFields({ form, withCutOffs = true }: CalendarFieldsProps) {
  const { t } = useTranslation();
  const { calendar } = form.values;
  const nameOf = new Intl.DateTimeFormat(formatLocale(), { weekday: "long", timeZone: "UTC" });
  const copyMonday = () => {
    for (const day of weekdays.slice(1, 5)) {
      form.setFieldValue(`calendar.openingHours.${day}`, structuredClone(calendar.openingHours.mon));
      form.setFieldValue(`calendar.cutOffs.${day}`, calendar.cutOffs.mon);
    }
  };
  return (
    <>
      <Switch label={t("location.alwaysOpen")} {...form.getInputProps("calendar.alwaysOpen", { type: "checkbox" })} />
      <div className={classes.week} role="group" aria-label={t("location.week")}>
        {weekdays.map((day, index) => (
          <div key={day} className={classes.day} role="group" aria-label={nameOf.format(monday + index * dayMs)}>
            <span className={classes.name} aria-hidden="true">
              {nameOf.format(monday + index * dayMs)}
            </span>
            {!calendar.alwaysOpen && <DayHours form={form} path={`calendar.openingHours.${day}`} />}
            {withCutOffs && <CutOff form={form} day={day} />}
          </div>
        ))}
      </div>
      <div>
        <Button variant="default" size="xs" onClick={copyMonday}>
          {t("location.copyMonday")}
        </Button>
      </div>
      <Exceptions form={form} withCutOffs={withCutOffs} />
    </>
  );
}

type HoursPath = `calendar.openingHours.${Weekday}` | `calendar.exceptions.${number}.openingHours`;

function DayHours({ form, path }: CalendarFieldsProps & { path: HoursPath }) {
  const { t } = useTranslation();
  const intervals = form.getInputProps(path).value as Interval[];
  return (
    <div className={classes.intervals}>
      {intervals.length === 0 && <span className="faint">{t("location.closed")}</span>}
      {intervals.map((_, index) => (
        <span key={index} className={classes.interval}>
          <Time form={form} path={`${path}.${index}.from`} label={t("location.opens")} />
          <span aria-hidden="true">–</span>
          <Time form={form} path={`${path}.${index}.to`} label={t("location.closes")} />
          <ActionIcon size="md" aria-label={t("location.removeHours")} onClick={() => form.removeListItem(path, index)}>
            <IconTrash size={15} stroke={1.6} aria-hidden="true" />
          </ActionIcon>
        </span>
      ))}
      {intervals.length < mostIntervals && (
        <ActionIcon
          size="md"
          aria-label={t("location.addHours")}
          title={t("location.addHours")}
          onClick={() => form.insertListItem(path, { ...usual })}
        >
          <IconPlus size={15} stroke={1.8} aria-hidden="true" />
        </ActionIcon>
      )}
    </div>
  );
}

function CutOff({ form, day }: CalendarFieldsProps & { day: Weekday }) {
  const { t } = useTranslation();
  return (
    <span className={classes.cutOff}>
      <span className="soft" aria-hidden="true">
        {t("location.cutOff")}
      </span>
      <Time form={form} path={`calendar.cutOffs.${day}`} label={t("location.cutOff")} placeholder="–" />
    </span>
  );
}

type TimeProps = CalendarFieldsProps & { path: string; label: string; placeholder?: string };

function Time({ form, path, label, placeholder }: TimeProps) {
  const { t } = useTranslation();
  return (
    <TimeField aria-label={label} title={t("ui.timeHint")} placeholder={placeholder} {...form.getInputProps(path)} />
  );
}

function Exceptions({ form, withCutOffs }: CalendarFieldsProps) {
  const { t } = useTranslation();
  const { exceptions } = form.values.calendar;
  return (
    <div className={classes.exceptions} role="group" aria-label={t("location.exceptions")}>
      <h3 className={classes.exceptionsTitle}>{t("location.exceptions")}</h3>
      {exceptions.length === 0 && <p className="faint">{t("location.noExceptions")}</p>}
      {exceptions.map((exception, index) => (
        <div key={index} className={classes.exception} role="group" aria-label={exception.on || t("location.day")}>
          <TextInput
            type="date"
            aria-label={t("location.day")}
            w={144}
            {...form.getInputProps(`calendar.exceptions.${index}.on`)}
          />
          <Select
            aria-label={t("location.exceptionKind")}
            data={exceptionKinds
              .filter((kind) => withCutOffs || kind !== "usual")
              .map((value) => ({ value, label: t(`location.exceptionKinds.${value}`) }))}
            allowDeselect={false}
            w={150}
            {...form.getInputProps(`calendar.exceptions.${index}.kind`)}
          />
          {exception.kind === "hours" && <DayHours form={form} path={`calendar.exceptions.${index}.openingHours`} />}
          {withCutOffs && exception.kind !== "closed" && (
            <span className={classes.cutOff}>
              <span className="soft" aria-hidden="true">
                {t("location.cutOff")}
              </span>
              <Time
                form={form}
                path={`calendar.exceptions.${index}.cutOff`}
                label={t("location.cutOff")}
                placeholder="–"
              />
            </span>
          )}
          <TextInput
            className={classes.note}
            aria-label={t("ui.note")}
            placeholder={t("ui.note")}
            maxLength={200}
            {...form.getInputProps(`calendar.exceptions.${index}.note`)}
          />
          <ActionIcon
            size="md"
            aria-label={t("location.removeException")}
            onClick={() => form.removeListItem("calendar.exceptions", index)}
          >
            <IconTrash size={15} stroke={1.6} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} stroke={1.8} aria-hidden="true" />}
          onClick={() =>
            form.insertListItem("calendar.exceptions", {
              on: "",
              kind: "closed",
              openingHours: [{ ...usual }],
              cutOff: "",
              note: "",
            })
          }
        >
          {t("location.addException")}
        </Button>
      </div>
    </div>
  );
}
