import { Combobox, Loader, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFound } from "../../api/found.ts";
import { listSkus } from "../../api/generated/sdk.gen.ts";
import type { Sku } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Picture } from "../../ui/picture.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useAvailability } from "./availability.ts";
import classes from "./take-order.module.css";

const shownAtOnce = 8;
const typingPauseMs = 180;

type FindSkuProps = { channel: string | null; add: (sku: Sku) => void; error: React.ReactNode };

/** Finds a product while the customer describes it, and says at once how many there are. Enter takes the first. */
export function FindSku({ channel, add, error }: FindSkuProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const answer = useFound<Sku>(
    ["skus", "order", sought],
    async (signal) =>
      (await listSkus({ query: { query: sought, active: true, limit: shownAtOnce }, signal })).data.data,
    { enabled: sought.length > 1 },
  );
  const found = sought.length > 1 ? answer.found : [];
  const available = useAvailability(
    channel,
    found.map(({ code }) => code),
  );
  useEffect(() => {
    if (found.length > 0) combobox.selectFirstOption();
    // The combobox object is new with every render; what was found is what matters.
  }, [answer.found]); // oxlint-disable-line react/exhaustive-deps

  return (
    <>
      <Combobox
        store={combobox}
        onOptionSubmit={(code) => {
          const sku = found.find((each) => each.code === code);
          if (sku) add(sku);
          setText("");
          combobox.closeDropdown();
        }}
      >
        <Combobox.Target>
          <TextInput
            label={t("take.find")}
            placeholder={t("take.findHint")}
            value={text}
            error={error}
            data-path="lines"
            autoComplete="off"
            leftSection={<IconSearch size={15} stroke={1.7} aria-hidden="true" />}
            rightSection={answer.isSeeking && text !== "" && <Loader size={14} />}
            onChange={(event) => {
              setText(event.currentTarget.value);
              combobox.openDropdown();
            }}
            onFocus={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
            onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={sought.length < 2}>
          <Combobox.Options aria-label={t("take.find")}>
            {found.map((sku) => (
              <Combobox.Option key={sku.code} value={sku.code}>
                <span className={classes.option}>
                  <Picture url={sku.imageUrl} size={32} />
                  <span className={classes.optionText}>
                    <strong className="truncate">{sku.name}</strong>
                    <span className="soft code">{sku.code}</span>
                  </span>
                  {channel !== null && <AvailableBadge quantity={available.get(sku.code)?.quantity} />}
                </span>
              </Combobox.Option>
            ))}
            {found.length === 0 && answer.isAnswer && <Combobox.Empty>{t("ui.nothingFound")}</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {answer.error && <ProblemNote error={answer.error} retry={answer.again} retrying={answer.isSeeking} />}
    </>
  );
}

export function AvailableBadge({ quantity, wanted = 1 }: { quantity: number | undefined; wanted?: number }) {
  const { t } = useTranslation();
  if (quantity === undefined) return null;
  if (quantity <= 0) return <StatusBadge tone="trouble">{t("take.out")}</StatusBadge>;
  return (
    <StatusBadge tone={quantity >= wanted ? "ready" : "attention"}>
      {t("take.available", { shown: formatCount(quantity) })}
    </StatusBadge>
  );
}
