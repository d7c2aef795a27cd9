import { Button, Checkbox, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./filter-bar.module.css";
import type { Filter, FilterEditing, FilterValues } from "./filters.ts";

const DateRange = lazy(() => import("./date-range.tsx"));
const typingPauseMs = 180;

/** What stands in the popover of a filter. */
export function FilterEditor({ filter, values, change, close }: FilterEditing & { filter: Filter }) {
  switch (filter.kind) {
    case "choice":
      return <ChoiceEditor filter={filter} value={values[filter.name]} change={change} close={close} />;
    case "lookup":
      return <LookupEditor filter={filter} value={values[filter.name]} change={change} close={close} />;
    case "text":
      return <TextEditor filter={filter} value={values[filter.name] ?? ""} change={change} close={close} />;
    case "dates":
      return (
        <Suspense fallback={<div className={classes.calendarSpace} />}>
          <DateRange
            from={values[filter.from]}
            to={values[filter.to]}
            change={(from, to) => change({ [filter.from]: from, [filter.to]: to })}
            close={close}
          />
        </Suspense>
      );
  }
}

type EditorProps<Kind> = {
  filter: Extract<Filter, { kind: Kind }>;
  value: string | undefined;
  change: (patch: FilterValues) => void;
  close: () => void;
};

function ChoiceEditor({ filter, value, change, close }: EditorProps<"choice">) {
  const { t } = useTranslation();
  const [sought, setSought] = useState("");
  const chosen = new Set(value?.split(",") ?? []);
  const shown = filter.options.filter((option) => option.label.toLowerCase().includes(sought.toLowerCase()));
  function choose(option: string) {
    if (!filter.several) {
      change({ [filter.name]: chosen.has(option) ? undefined : option });
      close();
      return;
    }
    if (!chosen.delete(option)) chosen.add(option);
    change({ [filter.name]: [...chosen].join(",") || undefined });
  }
  return (
    <Stack gap={6} w={230}>
      {filter.options.length > 9 && (
        <TextInput
          size="xs"
          placeholder={t("ui.find")}
          aria-label={t("ui.find")}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      )}
      <div className={classes.options} role="group" aria-label={filter.label}>
        {shown.map((option) => (
          <button
            key={option.value}
            type="button"
            role={filter.several ? "checkbox" : "radio"}
            aria-checked={chosen.has(option.value)}
            className={classes.option}
            onClick={() => choose(option.value)}
          >
            {filter.several && <Checkbox.Indicator size="xs" checked={chosen.has(option.value)} />}
            {option.shape}
            <span className="truncate">{option.label}</span>
          </button>
        ))}
      </div>
    </Stack>
  );
}

function LookupEditor({ filter, value, change, close }: EditorProps<"lookup">) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  const found = useQuery({
    queryKey: ["filter", filter.name, sought],
    queryFn: ({ signal }) => filter.find(sought, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack gap={6} w={250}>
      <TextInput
        size="xs"
        placeholder={t("ui.find")}
        aria-label={t("ui.find")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.options} role="radiogroup" aria-label={filter.label} aria-busy={found.isFetching}>
        {found.data?.map((option) => (
          <button
            key={option.value}
            type="button"
            role="radio"
            aria-checked={option.value === value}
            className={classes.option}
            onClick={() => {
              change({ [filter.name]: option.value });
              close();
            }}
          >
            <span className="truncate">{option.label}</span>
          </button>
        ))}
        {found.data?.length === 0 && <p className="faint">{t("ui.nothingFound")}</p>}
      </div>
    </Stack>
  );
}

function TextEditor({ filter, value, change, close }: EditorProps<"text">) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? "");
  return (
    <form
      className={classes.textEditor}
      onSubmit={(event) => {
        event.preventDefault();
        change({ [filter.name]: text.trim() || undefined });
        close();
      }}
    >
      <TextInput
        aria-label={filter.label}
        placeholder={filter.placeholder}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Button type="submit">{t("ui.apply")}</Button>
    </form>
  );
}
