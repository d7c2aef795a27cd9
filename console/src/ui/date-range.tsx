import { Button, Group, Stack } from "@mantine/core";
import { DatePicker, DatesProvider } from "@mantine/dates";
import "@mantine/dates/styles.layer.css";
import "dayjs/locale/de";
import { useState } from "react";
import { useTranslation } from "react-i18next";

type DateRangeProps = {
  from: string | undefined;
  to: string | undefined;
  change: (from: string | undefined, to: string | undefined) => void;
  close: () => void;
};

function day(daysAgo: number): string {
  const at = new Date();
  at.setDate(at.getDate() - daysAgo);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}

/** Loaded when first opened: the calendar is a tenth of the console's code and most visits do not need it. */
export default function DateRange({ from, to, change, close }: DateRangeProps) {
  const { t, i18n } = useTranslation();
  const [range, setRange] = useState<[string | null, string | null]>([from ?? null, to ?? null]);
  const pick = (first: string, last: string) => {
    change(first, last);
    close();
  };
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      <Stack gap="xs">
        <Group gap={4}>
          <Button size="compact-xs" variant="default" onClick={() => pick(day(0), day(0))}>
            {t("ui.today")}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => pick(day(1), day(1))}>
            {t("ui.yesterday")}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => pick(day(6), day(0))}>
            {t("ui.lastDays", { count: 7 })}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => pick(day(29), day(0))}>
            {t("ui.lastDays", { count: 30 })}
          </Button>
        </Group>
        <DatePicker
          type="range"
          size="sm"
          weekendDays={[]}
          allowSingleDateInRange
          value={range}
          onChange={(next) => {
            setRange(next);
            if (next[0] && next[1]) pick(next[0], next[1]);
          }}
        />
      </Stack>
    </DatesProvider>
  );
}
