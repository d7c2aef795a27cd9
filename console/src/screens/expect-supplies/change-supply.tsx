import { NumberInput, SimpleGrid, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeSupply } from "../../api/generated/sdk.gen.ts";
import type { Supply } from "../../api/generated/types.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { formatCount } from "../../ui/format.ts";

type ChangeSupplyProps = { supply: Supply; opened: boolean; close: () => void };

/** Another day or quantity, with its reason; who loses a promise by it is told before it is done. */
export function ChangeSupply({ supply, opened, close }: ChangeSupplyProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [expectedOn, setExpectedOn] = useState(supply.expectedOn);
  const [quantity, setQuantity] = useState<number | "">(supply.quantity);
  const [confidence, setConfidence] = useState<number | "">(supply.confidence);
  const due = Math.max(0, Number(quantity) - supply.received - supply.cancelled);
  const lost = Math.max(0, supply.promised - due);
  const isLater = expectedOn > supply.expectedOn && supply.promised > 0;
  const isSame = expectedOn === supply.expectedOn && quantity === supply.quantity && confidence === supply.confidence;

  async function change(reason: string) {
    await changeSupply({
      path: { id: supply.id },
      body: { expectedOn, quantity: Number(quantity), confidence: Number(confidence), reason },
      headers: { "If-Match": `"${supply.version}"` },
    });
    await Promise.all(["supplies", "availability"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  }

  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("supply.changeTitle", { reference: supply.reference })}
      verb={t("supply.changeVerb")}
      words={{ label: t("supply.reason"), example: t("supply.reasonExample"), maxLength: 200 }}
      complete={!isSame && expectedOn !== "" && quantity !== "" && confidence !== ""}
      run={({ note }) => change(note)}
    >
      <TextInput
        type="date"
        label={t("supply.expectedOn")}
        value={expectedOn}
        onChange={(event) => setExpectedOn(event.currentTarget.value)}
        data-autofocus
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <NumberInput
          label={t("supply.quantity")}
          value={quantity}
          onChange={(value) => setQuantity(value === "" ? "" : Number(value))}
          allowDecimal={false}
          min={Math.min(supply.quantity, supply.received + supply.cancelled)}
          max={1_000_000_000}
        />
        <NumberInput
          label={t("supply.confidence")}
          value={confidence}
          onChange={(value) => setConfidence(value === "" ? "" : Number(value))}
          allowDecimal={false}
          min={0}
          max={100}
          suffix=" %"
        />
      </SimpleGrid>
      <p className="soft" aria-live="polite" style={{ margin: 0 }}>
        {lost > 0
          ? t("supply.changeLoses", { shown: formatCount(lost), count: lost })
          : isLater
            ? t("supply.changeLater", { count: supply.promised })
            : t("supply.changeHarmless")}
      </p>
    </ConfirmAction>
  );
}
