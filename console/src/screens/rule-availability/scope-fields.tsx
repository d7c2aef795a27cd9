import { ActionIcon, Menu, Button, MultiSelect, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFound } from "../../api/found.ts";
import { listLocations, listSkus } from "../../api/generated/sdk.gen.ts";
import type { FilterOption } from "../../ui/filters.ts";
import { ProblemNote } from "../../ui/states.tsx";
import { CommitField } from "../change-documents/commit-field.tsx";
import { findCategories } from "../find-categories.ts";
import { findLocations, useChannels, useLocationGroups } from "../places.tsx";
import { isSkuCode, pastedCodes, readSkuNames } from "../sku-names.ts";
import { type ListDimension, listDimensions, type Scope } from "./control-content.ts";
import { useNameOf } from "./control-words.tsx";
import classes from "./controls.module.css";

const typingPauseMs = 200;
const locationTypes = ["warehouse", "store", "3pl", "vendor", "virtual"];
const maxAttributes = 5;

type ScopeFieldsProps = {
  scope: Scope;
  /** By what a fault's pointer says after the rule: `/scope/channels/0`. */
  faultAt: (part: string) => string | undefined;
  put: (scope: Scope) => void;
};

/** What a rule is about: only what is named here, each chosen by its name. */
export function ScopeFields({ scope, faultAt, put }: ScopeFieldsProps) {
  const { t } = useTranslation();
  const free = listDimensions.filter((dimension) => scope[dimension] === undefined);
  const attributes = Object.entries(scope.attributes ?? {});
  const putAttributes = (entries: [string, readonly string[]][]) =>
    put({ ...scope, attributes: entries.length === 0 ? undefined : Object.fromEntries(entries) });
  return (
    <div className={classes.scope} role="group" aria-label={t("control.scope")}>
      {listDimensions
        .filter((dimension) => scope[dimension] !== undefined)
        .map((dimension) => (
          <div key={dimension} className={classes.dimension}>
            <Values
              dimension={dimension}
              chosen={scope[dimension] ?? []}
              error={faultAt(`/scope/${dimension}`)}
              change={(codes) => put({ ...scope, [dimension]: codes })}
            />
            <Remove
              label={t("control.removeLimit", { what: t(`control.dimension.${dimension}`) })}
              remove={() => put({ ...scope, [dimension]: undefined })}
            />
          </div>
        ))}
      {attributes.map(([key, values], index) => (
        <div key={index} className={classes.dimension}>
          <CommitField
            label={t("control.attribute")}
            value={key}
            maxLength={64}
            placeholder="season"
            error={faultAt("/scope/attributes")}
            commit={(next) => putAttributes(attributes.with(index, [next, values]))}
          />
          <TagsInput
            label={t("control.attributeValues")}
            value={[...values]}
            onChange={(next) => putAttributes(attributes.with(index, [key, next]))}
            acceptValueOnBlur
          />
          <Remove
            label={t("control.removeLimit", { what: key || t("control.attribute") })}
            remove={() => putAttributes(attributes.toSpliced(index, 1))}
          />
        </div>
      ))}
      {/* The new field takes the focus; given back to the button late, it would close the list that is open by then. */}
      <Menu position="bottom-start" withinPortal returnFocus={false}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="default"
            className={classes.addLimit}
            leftSection={<IconPlus size={14} aria-hidden="true" />}
          >
            {t("control.addLimit")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {free.map((dimension) => (
            <Menu.Item key={dimension} onClick={() => put({ ...scope, [dimension]: [] })}>
              {t(`control.dimension.${dimension}`)}
            </Menu.Item>
          ))}
          {attributes.length < maxAttributes && !attributes.some(([key]) => key === "") && (
            <Menu.Item onClick={() => putAttributes([...attributes, ["", []]])}>{t("control.attribute")}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function Remove({ label, remove }: { label: string; remove: () => void }) {
  return (
    <ActionIcon variant="subtle" size="lg" aria-label={label} onClick={remove}>
      <IconTrash size={17} />
    </ActionIcon>
  );
}

type ValuesProps = {
  dimension: ListDimension;
  chosen: readonly string[];
  error: string | undefined;
  change: (codes: string[]) => void;
};

function Values({ dimension, chosen, error, change }: ValuesProps) {
  const { t } = useTranslation();
  const nameOf = useNameOf(dimension, chosen);
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const isNew = useRef(chosen.length === 0);
  useEffect(() => {
    if (isNew.current) field.current?.focus();
  }, []);
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  const { options, isAnswer, failure } = useOptions(dimension, sought);
  const [unknown, setUnknown] = useState<readonly string[]>([]);
  const [pasteFailure, setPasteFailure] = useState<unknown>(null);

  /** Many at once, from a sheet: those of the catalog are taken, the others are named. */
  async function paste(codes: readonly string[]) {
    setPasteFailure(null);
    try {
      const names = await readSkuNames(codes.filter(isSkuCode));
      change([...new Set([...chosen, ...codes.filter((code) => names.has(code))])]);
      setUnknown(codes.filter((code) => !names.has(code)));
    } catch (failed) {
      setPasteFailure(failed);
    }
  }

  const known = new Map([...chosen.map((code) => [code, nameOf(code)] as const), ...options.map(labeled)]);
  return (
    <div className={classes.values}>
      <MultiSelect
        ref={field}
        label={t(`control.dimension.${dimension}`)}
        placeholder={chosen.length === 0 ? t("ui.find") : undefined}
        data={[...known].map(([value, label]) => ({ value, label }))}
        value={[...chosen]}
        onChange={change}
        searchValue={text}
        onSearchChange={setText}
        onPaste={(event) => {
          const codes = dimension === "skus" ? pastedCodes(event.clipboardData.getData("text")) : [];
          if (codes.length === 0) return;
          event.preventDefault();
          void paste(codes);
        }}
        description={dimension === "skus" && chosen.length === 0 ? t("control.pasteHint") : undefined}
        searchable
        hidePickedOptions
        limit={60}
        error={error}
        nothingFoundMessage={failure ? undefined : t(isAnswer ? "ui.nothingFound" : "ui.loading")}
      />
      {unknown.length > 0 && (
        <p role="status" className={classes.unknown}>
          {t("control.unknownPasted", { count: unknown.length })} <span className="code">{unknown.join(", ")}</span>
        </p>
      )}
      {(failure ?? pasteFailure) !== null && <ProblemNote error={failure ?? pasteFailure} />}
    </div>
  );
}

const labeled = ({ value, label }: FilterOption) => [value, label] as const;
const plain = (values: readonly string[]): FilterOption[] =>
  [...new Set(values)]
    .filter(Boolean)
    .toSorted()
    .map((value) => ({ value, label: value }));

/** What can be chosen: all of it where there is little, what fits the typed text where there is much. */
function useOptions(dimension: ListDimension, sought: string) {
  const { t } = useTranslation();
  const { data: channels = [] } = useChannels();
  const groups = useLocationGroups(dimension === "locationGroups");
  const seek = seekers[dimension];
  const found = useFound<FilterOption>(
    ["control", dimension, sought],
    (signal) => seek?.(sought, signal) ?? Promise.resolve([]),
    { enabled: seek !== undefined },
  );
  if (seek !== undefined) return { options: found.found, isAnswer: found.isAnswer, failure: found.error };
  return { options: fixed(), isAnswer: true, failure: null };

  function fixed(): FilterOption[] {
    switch (dimension) {
      case "channels":
        return channels.map(({ code, name }) => ({ value: code, label: name }));
      case "markets":
        return plain(channels.map(({ market }) => market));
      case "locationGroups":
        return plain(groups);
      default:
        return locationTypes.map((type) => ({
          value: type,
          label: t(`location.types.${type}`, { defaultValue: type }),
        }));
    }
  }
}

const seekers: Partial<Record<ListDimension, (text: string, signal: AbortSignal) => Promise<FilterOption[]>>> = {
  categories: findAllCategories,
  locations: findLocations,
  skus: async (text, signal) => {
    const { data } = await listSkus({ query: { query: text || undefined, limit: 20 }, signal });
    return data.data.map(({ code, name }) => ({ value: code, label: `${name} (${code})` }));
  },
  vendors: async (text, signal) => {
    const { data } = await listLocations({ query: { query: text || undefined, type: "vendor", limit: 20 }, signal });
    return data.data.map(({ code, name }) => ({ value: code, label: name }));
  },
};

/** The catalog names only the categories that SKUs have; a rule may be about what is above them too. */
async function findAllCategories(text: string, signal: AbortSignal): Promise<FilterOption[]> {
  const found = await findCategories(text, signal);
  const above = found.flatMap(({ value }) => {
    const parts = value.split("/");
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  return plain(above);
}
