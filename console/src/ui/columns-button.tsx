import { ActionIcon } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./data-table.module.css";
import type { TableColumn } from "./table-columns.ts";

const loadMenu = () => import("./columns-menu.tsx");
const ColumnsMenu = lazy(loadMenu);

export type ColumnsMenuProps<Row> = {
  columns: readonly TableColumn<Row>[];
  isShown: (column: TableColumn<Row>) => boolean;
  toggle: (column: TableColumn<Row>) => void;
};

/** The menu behind it is loaded when somebody reaches for it: most readers never do, and all pages have one. */
export function ColumnsButton<Row>(props: ColumnsMenuProps<Row>) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const button = (
    <ActionIcon
      className={classes.columnsButton}
      size="sm"
      aria-label={t("ui.columns")}
      aria-haspopup="menu"
      title={t("ui.columns")}
      onClick={() => setWanted(true)}
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
    >
      <IconColumns3 size={15} stroke={1.7} aria-hidden="true" />
    </ActionIcon>
  );
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <ColumnsMenu {...(props as ColumnsMenuProps<unknown>)} />
    </Suspense>
  );
}
