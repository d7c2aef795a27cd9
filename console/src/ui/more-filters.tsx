import { Menu, UnstyledButton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./filter-bar.module.css";
import type { Filter } from "./filters.ts";

/** Open from the start: whoever loaded it has asked for it. */
export default function MoreFilters({
  filters,
  choose,
}: {
  filters: readonly Filter[];
  choose: (filter: Filter) => void;
}) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-start" defaultOpened>
      <Menu.Target>
        <UnstyledButton className={classes.add}>
          <IconPlus size={14} stroke={1.8} aria-hidden="true" />
          {t("ui.addFilter")}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {filters.map((filter) => (
          <Menu.Item key={filter.label} onClick={() => choose(filter)}>
            {filter.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
