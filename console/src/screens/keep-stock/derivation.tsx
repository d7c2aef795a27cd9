import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explainAvailability } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { useChannelOptions, useLocationNames } from "../places.tsx";
import classes from "./derivation.module.css";

type Figure = {
  code: string;
  label: string;
  units: number;
  source?: { table: string; id: string; rule?: string; orderId?: string };
  children?: Figure[];
};

const known = [
  "onHand",
  "damaged",
  "reserved",
  "allocated",
  "allocatedToOrder",
  "allocatedToOthers",
  "supply",
  "supplyLate",
  "due",
  "late",
  "doubtful",
  "promised",
  "promisedBefore",
  "short",
  "withheld",
  "quota",
  "inactive",
  "otherLocations",
] as const;

/** Why so many can be promised: figures that add up, each leading to its rows (X8). */
export function Derivation({ sku }: { sku: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const channels = useChannelOptions();
  const [chosen, setChosen] = useState<string | null>(null);
  const [date, setDate] = useState("");
  const channel = chosen ?? channels[0]?.value;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["availability", "explain", sku, channel, date],
    enabled: channel !== undefined && can("availability:read"),
    queryFn: async ({ signal }) =>
      (await explainAvailability({ query: { sku, channel: channel!, date: date || undefined }, signal })).data,
  });
  if (!can("availability:read")) return null;
  const derivation = data?.derivation as Figure | undefined;
  return (
    <Panel title={t("derivation.title")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select
          label={t("derivation.channel")}
          data={channels}
          value={channel ?? null}
          onChange={setChosen}
          allowDeselect={false}
        />
        <TextInput
          type="date"
          label={t("derivation.date")}
          description={date === "" ? t("derivation.now") : undefined}
          value={date}
          onChange={(event) => setDate(event.currentTarget.value)}
        />
      </SimpleGrid>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending || derivation === undefined ? (
        <Loading />
      ) : (derivation.children ?? []).length === 0 ? (
        <Empty small title={t("derivation.nothing")} />
      ) : (
        <ul className={classes.tree} aria-label={t("derivation.title")}>
          {derivation.children!.map((figure, index) => (
            <FigureRow key={index} figure={figure} />
          ))}
          <li className={classes.total}>
            <span>{t("derivation.total")}</span>
            <strong>{formatCount(derivation.units)}</strong>
          </li>
        </ul>
      )}
    </Panel>
  );
}

function FigureRow({ figure }: { figure: Figure }) {
  const nameOf = useLocationNames();
  const isLocation = figure.code === "location";
  return (
    <li>
      <span className={classes.row} data-head={isLocation || undefined}>
        <span>{isLocation ? nameOf(figure.source?.id ?? figure.label) : <Words figure={figure} />}</span>
        <span className={classes.units}>{signed(figure.units, isLocation)}</span>
      </span>
      {figure.children && figure.children.length > 0 && (
        <ul>
          {figure.children.map((child, index) => (
            <FigureRow key={index} figure={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Words({ figure: { code, label, source } }: { figure: Figure }) {
  const { t } = useTranslation();
  const kind = known.find((each) => each === code);
  const words = kind === undefined ? label : t(`derivation.figure.${kind}`, { label, rule: source?.rule ?? "" });
  if (source?.orderId) {
    return (
      <Link to="/orders/$orderId" params={{ orderId: source.orderId }}>
        {words}
      </Link>
    );
  }
  if (source?.table === "inventory.supplies" && (code === "supply" || code === "supplyLate")) {
    return (
      <Link to="/supplies/$supplyId" params={{ supplyId: source.id }}>
        {words}
      </Link>
    );
  }
  if (source?.rule) return <Link to="/availability-rules">{words}</Link>;
  return <>{words}</>;
}

/** "− 3": what is taken off says so; a sum stands as it is. */
function signed(units: number, isSum: boolean): string {
  if (isSum) return formatCount(units);
  return `${units < 0 ? "−" : "+"} ${formatCount(Math.abs(units))}`;
}
