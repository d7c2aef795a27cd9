import { MultiSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { eventTypes } from "../../api/event-types.gen.ts";
import { useSubscriptionName } from "../event-names.ts";
import { inWords } from "../humanize.ts";

type ChooseEventsProps = { chosen: string[]; change: (types: string[]) => void; error?: React.ReactNode };

/** Everything, all that happens to one kind of entity, or single events: found by typing, grouped by entity. */
export function ChooseEvents({ chosen, change, error }: ChooseEventsProps) {
  const { t } = useTranslation();
  const label = useSubscriptionName();
  const entities = [...Map.groupBy<string, string>(eventTypes, (type) => type.split(".")[0] ?? type)];
  const option = (value: string) => ({ value, label: label(value) });
  return (
    <MultiSelect
      label={t("connect.events")}
      description={t("connect.eventsAbout")}
      placeholder={t("ui.find")}
      data={[
        option("*"),
        ...entities.map(([entity, types]) => ({
          group: inWords(entity),
          items: [`${entity}.*`, ...types].map(option),
        })),
      ]}
      value={chosen}
      onChange={change}
      required
      searchable
      hidePickedOptions
      filter={({ options, search }) => {
        const sought = search.trim().toLowerCase();
        const isFound = ({ value, label: name }: { value: string; label: string }) =>
          `${value} ${name}`.toLowerCase().includes(sought);
        return options.map((each) => ("group" in each ? { ...each, items: each.items.filter(isFound) } : each));
      }}
      renderOption={({ option: { value, label: name } }) => (
        <span>
          {name} <span className="faint code">{value}</span>
        </span>
      )}
      maxDropdownHeight={320}
      error={error}
      data-path="eventTypes"
      nothingFoundMessage={t("ui.nothingFound")}
    />
  );
}
