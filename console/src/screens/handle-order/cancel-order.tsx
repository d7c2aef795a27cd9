import { NumberInput, Table } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cancelOrder } from "../../api/generated/sdk.gen.ts";
import type { Order, OrderLine } from "../../api/generated/types.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { formatMoney } from "../../ui/format.ts";
import { useCancelReasons } from "../reasons.ts";
import { useOrderChanged } from "./order-changed.ts";

function openUnits(line: OrderLine): number {
  return line.allocated + line.backordered;
}

type CancelOrderProps = { order: Order; opened: boolean; close: () => void };

/** The whole order, some lines or some units: everything that has not left is chosen at first. */
export default function CancelOrder({ order, opened, close }: CancelOrderProps) {
  const { t } = useTranslation();
  const reasons = useCancelReasons();
  const changed = useOrderChanged();
  const open = order.lines.filter((line) => openUnits(line) > 0);
  const [fewer, setFewer] = useState<Readonly<Record<number, number>>>({});
  const chosen = (line: OrderLine) => Math.min(fewer[line.lineNumber] ?? openUnits(line), openUnits(line));
  const units = open.reduce((sum, line) => sum + chosen(line), 0);
  const amount = open.reduce((sum, line) => sum + chosen(line) * line.unitPrice, 0);

  async function cancel(reason: string) {
    const isAll = open.every((line) => chosen(line) === openUnits(line));
    const lines = open
      .filter((line) => chosen(line) > 0)
      .map((line) => ({ lineNumber: line.lineNumber, quantity: chosen(line) }));
    await cancelOrder({ path: { id: order.id }, body: isAll ? { reason } : { reason, lines } });
    await changed();
  }

  return (
    <ConfirmAction
      opened={opened}
      onClose={() => {
        setFewer({});
        close();
      }}
      title={t("order.cancelTitle", { number: order.number })}
      verb={t("order.cancelUnits", { count: units })}
      danger
      reasons={reasons}
      reasonHint={t("action.readByOthers")}
      complete={units > 0}
      run={({ reason }) => cancel(reason)}
    >
      <Table verticalSpacing={4} horizontalSpacing={0} withRowBorders={false}>
        <Table.Tbody>
          {open.map((line) => (
            <Table.Tr key={line.lineNumber}>
              <Table.Td>{line.name}</Table.Td>
              <Table.Td w={128}>
                <NumberInput
                  size="xs"
                  aria-label={t("order.unitsToCancel", { name: line.name })}
                  value={chosen(line)}
                  min={0}
                  max={openUnits(line)}
                  clampBehavior="strict"
                  allowDecimal={false}
                  suffix={` / ${openUnits(line)}`}
                  onChange={(value) => setFewer((before) => ({ ...before, [line.lineNumber]: Number(value) }))}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <p className="soft" style={{ margin: 0 }}>
        {t("order.cancelEffect", { count: units, amount: formatMoney(amount, order.currency) })}
      </p>
    </ConfirmAction>
  );
}
