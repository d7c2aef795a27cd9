import { Popover } from "@mantine/core";
import { FilterEditor } from "./filter-editors.tsx";
import type { Filter, FilterValues } from "./filters.ts";

type FilterPopoverProps = {
  filter: Filter;
  values: FilterValues;
  change: (patch: FilterValues) => void;
  opened: boolean;
  setOpened: (opened: boolean) => void;
  target: React.ReactElement;
};

export default function FilterPopover({ filter, values, change, opened, setOpened, target }: FilterPopoverProps) {
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      trapFocus
      withRoles={false}
      shadow="md"
      radius="md"
    >
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown p="xs" aria-label={filter.label}>
        {opened && <FilterEditor filter={filter} values={values} change={change} close={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}
