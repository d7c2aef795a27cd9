import { Button, Checkbox, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listLocations } from "../../api/generated/sdk.gen.ts";
import type { Location } from "../../api/generated/types.gen.ts";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import classes from "./choose-locations.module.css";

const shownAtOnce = 200;
const typingPauseMs = 200;

type ChooseLocationsProps = { chosen: readonly string[]; change: (codes: string[]) => void };

/** Locations of a set, ticked in a list that is searched by name, code or city. */
export function ChooseLocations({ chosen, change }: ChooseLocationsProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  const { data, error, refetch } = useQuery({
    queryKey: ["locations", "choose", sought],
    queryFn: async ({ signal }) =>
      (await listLocations({ query: { query: sought || undefined, limit: shownAtOnce }, signal })).data,
    placeholderData: keepPreviousData,
  });
  const set = new Set(chosen);
  const shown = data?.data ?? [];
  const mark = (codes: readonly string[], isIn: boolean) =>
    change([...(isIn ? set.union(new Set(codes)) : set.difference(new Set(codes)))].toSorted());
  const areAllIn = shown.length > 0 && shown.every(({ code }) => set.has(code));
  return (
    <div className={classes.chooser}>
      <div className={classes.bar}>
        <TextInput
          className={classes.search}
          type="search"
          aria-label={t("location.search")}
          placeholder={t("location.search")}
          value={text}
          leftSection={<IconSearch size={15} stroke={1.7} aria-hidden="true" />}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        />
        <span className="soft" role="status">
          {t("network.chosen", { count: chosen.length })}
        </span>
        <Button
          variant="default"
          size="xs"
          disabled={shown.length === 0}
          onClick={() =>
            mark(
              shown.map(({ code }) => code),
              !areAllIn,
            )
          }
        >
          {areAllIn ? t("network.noneOfThese") : t("network.allOfThese")}
        </Button>
      </div>
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && shown.length === 0 && <Empty small title={t("location.none")} />}
      <ul className={classes.list}>
        {shown.map((location) => (
          <LocationRow
            key={location.code}
            location={location}
            isIn={set.has(location.code)}
            change={(isIn) => mark([location.code], isIn)}
          />
        ))}
      </ul>
      {data?.next && <p className="faint">{t("network.searchForMore", { count: shownAtOnce })}</p>}
    </div>
  );
}

type LocationRowProps = { location: Location; isIn: boolean; change: (isIn: boolean) => void };

function LocationRow({ location, isIn, change }: LocationRowProps) {
  const { t } = useTranslation();
  return (
    <li className={classes.row}>
      <Checkbox
        checked={isIn}
        onChange={(event) => change(event.currentTarget.checked)}
        label={location.name}
        description={[t(`location.types.${location.type}`), location.address.city, location.groups.join(", ")]
          .filter(Boolean)
          .join(" · ")}
      />
      {!location.active && <StatusBadge tone="stopped">{t("location.paused")}</StatusBadge>}
    </li>
  );
}
