import { Button, Combobox, useCombobox } from "@mantine/core";
import { IconVariable } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Something that a text may name. */
export interface Variable {
  readonly path: string;
  readonly about: string;
  readonly example: string | null;
}

const listHeight = 320;

type InsertValueProps = { label: string; variables: readonly Variable[]; insert: (text: string) => void };

/** All that a text may name, sought by name or meaning, with what it looks like. */
export function InsertValue({ label, variables, insert }: InsertValueProps) {
  const { t } = useTranslation();
  const [sought, setSought] = useState("");
  const combobox = useCombobox({ onDropdownClose: () => setSought("") });
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = variables.filter(({ path, about }) => {
    const text = `${path} ${about}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <Combobox
      store={combobox}
      width={380}
      position="bottom-start"
      withinPortal
      keepMounted={false}
      onOptionSubmit={(path) => {
        insert(`{{ ${path} }}`);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Button
          size="compact-xs"
          variant="subtle"
          mt={4}
          leftSection={<IconVariable size={14} stroke={1.7} aria-hidden="true" />}
          aria-label={label}
          onClick={() => combobox.toggleDropdown()}
        >
          {t("template.insertValue")}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          placeholder={t("ui.find")}
          aria-label={t("ui.find")}
        />
        <Combobox.Options mah={listHeight} style={{ overflowY: "auto" }} aria-label={label}>
          {shown.length === 0 && <Combobox.Empty>{t("ui.nothingFound")}</Combobox.Empty>}
          {shown.map(({ path, about, example }) => (
            <Combobox.Option key={path} value={path}>
              <code className="code">{path}</code>
              <div className="faint">
                {about}
                {example !== null && ` ${t("template.example", { example })}`}
              </div>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
