import { ActionIcon, Checkbox, Menu } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ColumnsMenuProps } from "./columns-button.tsx";
import classes from "./data-table.module.css";

/** Open from the start: whoever loaded it has asked for it. */
export default function ColumnsMenu({ columns, isShown, toggle }: ColumnsMenuProps<unknown>) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" closeOnItemClick={false} defaultOpened>
      <Menu.Target>
        <ActionIcon className={classes.columnsButton} size="sm" aria-label={t("ui.columns")} title={t("ui.columns")}>
          <IconColumns3 size={15} stroke={1.7} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map((column) => (
          <Menu.Item
            key={column.id}
            role="menuitemcheckbox"
            aria-checked={isShown(column)}
            disabled={column.fixed}
            onClick={() => toggle(column)}
            leftSection={<Checkbox.Indicator size="xs" checked={isShown(column)} />}
          >
            {column.header}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
