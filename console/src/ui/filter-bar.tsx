import { ActionIcon, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconChevronDown, IconPlus, IconSearch, IconX } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./filter-bar.module.css";
import type { Filter, FilterValues } from "./filters.ts";
import { formatDate } from "./format.ts";

type FilterBarProps = {
  filters: readonly Filter[];
  values: FilterValues;
  change: (patch: FilterValues) => void;
  search?: { name: string; label: string };
  /** Stands before everything else: the one choice that the list is always in. */
  lead?: React.ReactNode;
};

const loadPopover = () => import("./filter-popover.tsx");
/** Loaded when somebody reaches for a filter: a list is read more often than it is narrowed. */
const FilterPopover = lazy(loadPopover);
const MoreFilters = lazy(() => import("./more-filters.tsx"));
const searchDelayMs = 250;

export function FilterBar({ filters, values, change, search, lead }: FilterBarProps) {
  const { t } = useTranslation();
  const names = filters.flatMap((filter) => (filter.kind === "dates" ? [filter.from, filter.to] : [filter.name]));
  const isFiltered = [...names, ...(search ? [search.name] : [])].some((name) => values[name] !== undefined);
  const [opened, setOpened] = useState<string | null>(null);
  const hidden = filters.filter(
    (filter) => filter.rare && opened !== filter.label && summaryOf(filter, values) === undefined,
  );
  const shown = filters.filter((filter) => !hidden.includes(filter));
  const clear = () =>
    change(Object.fromEntries([...names, ...(search ? [search.name] : [])].map((name) => [name, undefined])));
  return (
    <search className={classes.bar}>
      {lead && <div className={classes.lead}>{lead}</div>}
      <div className={classes.row}>
        {search && (
          <SearchBox
            label={search.label}
            value={values[search.name] ?? ""}
            change={(text) => change({ [search.name]: text || undefined })}
          />
        )}
        {shown.map((filter) => (
          <FilterPill
            key={filter.label}
            filter={filter}
            values={values}
            change={change}
            opened={opened === filter.label}
            setOpened={(open) => setOpened(open ? filter.label : null)}
          />
        ))}
        {hidden.length > 0 && <MoreFiltersButton filters={hidden} choose={(filter) => setOpened(filter.label)} />}
        {isFiltered && (
          <UnstyledButton className={classes.clear} onClick={clear}>
            {t("ui.clearFilters")}
          </UnstyledButton>
        )}
      </div>
    </search>
  );
}

function SearchBox({ label, value, change }: { label: string; value: string; change: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  // The URL may change from elsewhere (back button, "clear"): what it says is what stands here.
  useEffect(() => setText(value), [value]);
  const later = useDebouncedCallback(change, searchDelayMs);
  return (
    <TextInput
      className={classes.search}
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      leftSection={<IconSearch size={15} stroke={1.7} aria-hidden="true" />}
      rightSection={
        text && (
          <ActionIcon size="sm" aria-label={t("ui.clear")} onClick={() => change("")}>
            <IconX size={14} aria-hidden="true" />
          </ActionIcon>
        )
      }
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") change(text.trim());
      }}
    />
  );
}

function MoreFiltersButton({ filters, choose }: { filters: readonly Filter[]; choose: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const button = (
    <UnstyledButton className={classes.add} aria-haspopup="menu" onClick={() => setWanted(true)}>
      <IconPlus size={14} stroke={1.8} aria-hidden="true" />
      {t("ui.addFilter")}
    </UnstyledButton>
  );
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <MoreFilters filters={filters} choose={choose} />
    </Suspense>
  );
}

type PillProps = {
  filter: Filter;
  values: FilterValues;
  change: (patch: FilterValues) => void;
  opened: boolean;
  setOpened: (opened: boolean) => void;
};

function FilterPill({ filter, values, change, opened, setOpened }: PillProps) {
  const { t } = useTranslation();
  const summary = summaryOf(filter, values);
  const clear = () => change(cleared(filter));
  const pill = (
    <span className={classes.pill} data-active={summary !== undefined || undefined}>
      <UnstyledButton
        className={classes.pillButton}
        aria-expanded={opened}
        aria-haspopup="dialog"
        onClick={() => setOpened(!opened)}
        onPointerEnter={() => void loadPopover()}
        onFocus={() => void loadPopover()}
      >
        {filter.label}
        {summary !== undefined && <strong className={classes.pillValue}>{summary}</strong>}
        {summary === undefined && <IconChevronDown size={13} stroke={1.8} aria-hidden="true" />}
      </UnstyledButton>
      {summary !== undefined && (
        <UnstyledButton
          className={classes.pillClear}
          onClick={clear}
          aria-label={t("ui.clearFilter", { filter: filter.label })}
        >
          <IconX size={13} stroke={2} aria-hidden="true" />
        </UnstyledButton>
      )}
    </span>
  );
  // Once opened it stays around its button, so that the focus comes back to it.
  const [wanted, setWanted] = useState(opened);
  if (opened && !wanted) setWanted(true);
  if (!wanted) return pill;
  return (
    <Suspense fallback={pill}>
      <FilterPopover
        filter={filter}
        values={values}
        change={change}
        opened={opened}
        setOpened={setOpened}
        target={pill}
      />
    </Suspense>
  );
}

function cleared(filter: Filter): FilterValues {
  return filter.kind === "dates" ? { [filter.from]: undefined, [filter.to]: undefined } : { [filter.name]: undefined };
}

function summaryOf(filter: Filter, values: FilterValues): string | undefined {
  if (filter.kind === "dates") {
    const from = values[filter.from];
    const to = values[filter.to];
    if (!from && !to) return undefined;
    const shown = (day: string | undefined) => (day ? formatDate(new Date(`${day}T00:00`)) : "…");
    return from === to ? shown(from) : `${shown(from)} – ${shown(to)}`;
  }
  const value = values[filter.name];
  if (!value || filter.kind === "text") return value;
  if (filter.kind === "lookup") return filter.nameOf(value);
  const labels = value.split(",").map((each) => filter.options.find((option) => option.value === each)?.label ?? each);
  return labels.length > 2 ? `${labels[0]} +${labels.length - 1}` : labels.join(", ");
}
