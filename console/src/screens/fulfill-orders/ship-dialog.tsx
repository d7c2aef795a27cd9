import { NumberInput, SimpleGrid, Table, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { shipFulfillmentOrder } from "../../api/generated/sdk.gen.ts";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { useWorkChanged } from "./work-changed.ts";

type Line = FulfillmentOrder["lines"][number];

function openUnits(line: Line): number {
  return line.quantity - line.shipped - line.withdrawn;
}

const nothingEntered = { carrier: "", trackingNumber: "", trackingUrl: "", estimatedDeliveryOn: "", reference: "" };

/** What leaves now, with whom and under which number. Fewer units than open make a partial shipment. */
export function ShipDialog({ work, opened, close }: { work: FulfillmentOrder; opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const changed = useWorkChanged(work);
  const [entered, setEntered] = useState(nothingEntered);
  const [fewer, setFewer] = useState<Readonly<Record<number, number>>>({});
  const open = work.lines.filter((line) => openUnits(line) > 0);
  const chosen = (line: Line) => Math.min(fewer[line.lineNumber] ?? openUnits(line), openUnits(line));
  const units = open.reduce((sum, line) => sum + chosen(line), 0);

  const field = (name: keyof typeof nothingEntered) => ({
    label: t(`work.ship.${name}`),
    value: entered[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget;
      setEntered((before) => ({ ...before, [name]: value }));
    },
  });

  async function ship() {
    const { carrier, ...others } = entered;
    const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value.trim() !== ""));
    const lines = open
      .filter((line) => chosen(line) > 0)
      .map((line) => ({ lineNumber: line.lineNumber, quantity: chosen(line) }));
    await shipFulfillmentOrder({ path: { id: work.id }, body: { carrier: carrier.trim(), ...given, lines } });
    await changed();
    setEntered(nothingEntered);
    setFewer({});
  }

  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("work.shipTitle", { number: `${work.orderNumber}-${work.number}` })}
      verb={t("work.shipUnits", { count: units })}
      complete={units > 0 && entered.carrier.trim() !== ""}
      run={ship}
    >
      <SimpleGrid cols={2} spacing="sm">
        <TextInput {...field("carrier")} required data-autofocus />
        <TextInput {...field("trackingNumber")} />
        <TextInput {...field("trackingUrl")} type="url" />
        <TextInput {...field("estimatedDeliveryOn")} type="date" />
      </SimpleGrid>
      <Table verticalSpacing={4} horizontalSpacing={0} withRowBorders={false}>
        <Table.Tbody>
          {open.map((line) => (
            <Table.Tr key={line.lineNumber}>
              <Table.Td>{line.name}</Table.Td>
              <Table.Td w={128}>
                <NumberInput
                  size="xs"
                  aria-label={t("work.unitsOf", { name: line.name })}
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
    </ConfirmAction>
  );
}
