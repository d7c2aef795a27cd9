import { MultiSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { eventTypes } from "../../api/event-types.gen.ts";

type ChooseEventsProps = { chosen: string[]; change: (types: string[]) => void; error?: React.ReactNode };

/** Everything, all that happens to one kind of entity, or single events: found by typing, grouped by entity. */
export function ChooseEvents({ chosen, change, error }: ChooseEventsProps) {
  const { t } = useTranslation();
  const entities = [...Map.groupBy<string, string>(eventTypes, (type) => type.split(".")[0] ?? type)];
  const label = (type: string) =>
    type === "*"
      ? t("connect.everything")
      : type.endsWith(".*")
        ? t("connect.allOf", { entity: type.slice(0, -2) })
        : type;
  const option = (value: string) => ({ value, label: label(value) });
  return (
    <MultiSelect
      label={t("connect.events")}
      description={t("connect.eventsAbout")}
      placeholder={t("ui.find")}
      data={[
        option("*"),
        ...entities.map(([entity, types]) => ({ group: entity, items: [`${entity}.*`, ...types].map(option) })),
      ]}
      value={chosen}
      onChange={change}
      required
      searchable
      hidePickedOptions
      maxDropdownHeight={320}
      error={error}
      data-path="eventTypes"
      nothingFoundMessage={t("ui.nothingFound")}
    />
  );
}
