import { Checkbox, NumberInput, SimpleGrid } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { receiveSupplies } from "../../api/generated/sdk.gen.ts";
import type { Supply } from "../../api/generated/types.gen.ts";
import { Problem } from "../../api/problem.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { formatCount } from "../../ui/format.ts";

type ReceiveSupplyProps = { supply: Supply; opened: boolean; close: () => void };

/** Books what has come: those who wait for it have it with the same click. */
export function ReceiveSupply({ supply, opened, close }: ReceiveSupplyProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [entered, setEntered] = useState<number | "">(supply.due);
  const [damaged, setDamaged] = useState<number | "">(0);
  const [complete, setComplete] = useState(false);
  const quantity = entered === "" ? 0 : entered;
  const unusable = damaged === "" ? 0 : damaged;
  const forOrders = Math.min(supply.promised, quantity - unusable);

  async function receive() {
    const { data } = await receiveSupplies({
      body: { items: [{ id: supply.id, quantity, damaged: unusable, complete }] },
      headers: { "Idempotency-Key": `console ${supply.id} ${supply.version}` },
    });
    const refused = data.items[0]?.problem;
    if (refused) throw new Problem({ status: 422, ...refused });
    await Promise.all(
      ["supplies", "positions", "movements", "availability"].map((word) =>
        queries.invalidateQueries({ queryKey: [word] }),
      ),
    );
  }

  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("supply.receiveTitle", { reference: supply.reference })}
      verb={t("supply.receiveVerb", { count: quantity })}
      complete={(quantity > 0 || complete) && unusable <= quantity}
      run={receive}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <NumberInput
          label={t("supply.came")}
          value={entered}
          onChange={(value) => setEntered(value === "" ? "" : Number(value))}
          allowDecimal={false}
          min={0}
          max={1_000_000_000}
          data-autofocus
        />
        <NumberInput
          label={t("supply.damagedAmong")}
          value={damaged}
          onChange={(value) => setDamaged(value === "" ? "" : Number(value))}
          allowDecimal={false}
          min={0}
          max={quantity}
        />
      </SimpleGrid>
      {quantity < supply.due && (
        <Checkbox
          label={t("supply.complete", { count: supply.due - quantity })}
          checked={complete}
          onChange={(event) => setComplete(event.currentTarget.checked)}
        />
      )}
      <p className="soft" aria-live="polite" style={{ margin: 0 }}>
        {t("supply.receiveEffect", {
          orders: formatCount(Math.max(0, forOrders)),
          free: formatCount(Math.max(0, quantity - unusable - Math.max(0, forOrders))),
        })}
      </p>
    </ConfirmAction>
  );
}
