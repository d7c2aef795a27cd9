import { MultiSelect, Radio, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { findLocations, useChannelOptions, useLocationNames } from "./places.tsx";

const typingPauseMs = 200;

type ChooseScopeProps = {
  what: "locations" | "channels";
  isEverything: boolean;
  chosen: string[];
  error?: React.ReactNode;
  change: (isEverything: boolean, codes: string[]) => void;
};

/** Everything, also what is added later, or only what is named. */
export function ChooseScope({ what, isEverything, chosen, error, change }: ChooseScopeProps) {
  const { t } = useTranslation();
  const Names = what === "locations" ? LocationNames : ChannelNames;
  return (
    <Stack gap={10}>
      <Radio.Group
        aria-label={t(`access.scope.${what}`)}
        value={isEverything ? "all" : "some"}
        onChange={(value) => change(value === "all", chosen)}
      >
        <Stack gap={10}>
          <Radio value="all" label={t(`access.scope.all_${what}`)} description={t("access.scope.alsoLater")} />
          <Radio value="some" label={t(`access.scope.some_${what}`)} />
        </Stack>
      </Radio.Group>
      {!isEverything && <Names chosen={chosen} error={error} change={(codes) => change(false, codes)} />}
    </Stack>
  );
}

type NamesProps = { chosen: string[]; error: React.ReactNode; change: (codes: string[]) => void };

function LocationNames({ chosen, error, change }: NamesProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  const { data } = useQuery({
    queryKey: ["filter", "location", sought],
    queryFn: ({ signal }) => findLocations(sought, signal),
    placeholderData: keepPreviousData,
  });
  const options = new Map([
    ...chosen.map((code) => [code, nameOf(code)] as const),
    ...(data ?? []).map(({ value, label }) => [value, label] as const),
  ]);
  return (
    <MultiSelect
      aria-label={t("access.locations")}
      placeholder={t("ui.find")}
      data={[...options].map(([value, label]) => ({ value, label }))}
      value={chosen}
      onChange={change}
      searchValue={text}
      onSearchChange={setText}
      searchable
      hidePickedOptions
      error={error}
      data-path="locationCodes"
      nothingFoundMessage={t("ui.nothingFound")}
    />
  );
}

function ChannelNames({ chosen, error, change }: NamesProps) {
  const { t } = useTranslation();
  const channels = useChannelOptions();
  return (
    <MultiSelect
      aria-label={t("channel.channels")}
      placeholder={t("ui.find")}
      data={channels.map(({ value, label }) => ({ value, label }))}
      value={chosen}
      onChange={change}
      searchable
      hidePickedOptions
      error={error}
      data-path="channelCodes"
      nothingFoundMessage={t("ui.nothingFound")}
    />
  );
}
