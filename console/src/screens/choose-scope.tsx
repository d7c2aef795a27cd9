import { MultiSelect, Radio, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFound } from "../api/found.ts";
import { ProblemNote } from "../ui/states.tsx";
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

/** Where and for which channels something holds. */
export type Scope = { everywhere: boolean; locationCodes: string[]; everyChannel: boolean; channelCodes: string[] };

/** As the API says it: null is everything. */
export type ScopeCodes = { locationCodes: string[] | null; channelCodes: string[] | null };

export function scopeOf({ locationCodes, channelCodes }: ScopeCodes): Scope {
  return {
    everywhere: locationCodes === null,
    locationCodes: locationCodes ?? [],
    everyChannel: channelCodes === null,
    channelCodes: channelCodes ?? [],
  };
}

export function codesOf({ everywhere, locationCodes, everyChannel, channelCodes }: Scope): ScopeCodes {
  return { locationCodes: everywhere ? null : locationCodes, channelCodes: everyChannel ? null : channelCodes };
}

/** Some, but none named, would be nothing at all. */
export function useScopeFaults(): (scope: Scope) => Record<string, string> {
  const { t } = useTranslation();
  return ({ everywhere, locationCodes, everyChannel, channelCodes }) => ({
    ...(everywhere || locationCodes.length > 0 ? {} : { locationCodes: t("access.locationNeeded") }),
    ...(everyChannel || channelCodes.length > 0 ? {} : { channelCodes: t("access.channelNeeded") }),
  });
}

type ChooseScopesProps = {
  scope: Scope;
  errors: Readonly<Record<string, React.ReactNode>>;
  change: (scope: Partial<Scope>) => void;
};

export function ChooseScopes({ scope, errors, change }: ChooseScopesProps) {
  return (
    <>
      <ChooseScope
        what="locations"
        isEverything={scope.everywhere}
        chosen={scope.locationCodes}
        error={errors["locationCodes"]}
        change={(everywhere, locationCodes) => change({ everywhere, locationCodes })}
      />
      <ChooseScope
        what="channels"
        isEverything={scope.everyChannel}
        chosen={scope.channelCodes}
        error={errors["channelCodes"]}
        change={(everyChannel, channelCodes) => change({ everyChannel, channelCodes })}
      />
    </>
  );
}

type NamesProps = { chosen: string[]; error: React.ReactNode; change: (codes: string[]) => void };

function LocationNames({ chosen, error, change }: NamesProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  const {
    found,
    isAnswer,
    error: failure,
    isSeeking,
    again,
  } = useFound(["filter", "location", sought], (signal) => findLocations(sought, signal));
  const options = new Map([
    ...chosen.map((code) => [code, nameOf(code)] as const),
    ...found.map(({ value, label }) => [value, label] as const),
  ]);
  return (
    <>
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
        nothingFoundMessage={failure ? undefined : t(isAnswer ? "ui.nothingFound" : "ui.loading")}
      />
      {failure && <ProblemNote error={failure} retry={again} retrying={isSeeking} />}
    </>
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
