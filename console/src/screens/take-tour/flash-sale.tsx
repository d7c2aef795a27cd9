import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { proveLedgers } from "../../api/generated/sdk.gen.ts";
import type { Proof } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { formatCount, formatDuration } from "../../ui/format.ts";
import { Progress } from "../../ui/meter.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { StatusBadge, StatusShape } from "../../ui/status-badge.tsx";
import { buyers, refill, runSale, type SaleState, unitsForSale, unitsLeft } from "./run-sale.ts";
import classes from "./tour.module.css";

/** Starts the sale from this browser and then asks the system to prove itself on the live data. */
export function FlashSale() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [state, setState] = useState<SaleState>();
  const left = useQuery({ queryKey: ["positions", "flash-sale"], queryFn: unitsLeft });
  const sale = useMutation({
    mutationFn: async () => {
      setState({ sold: 0, soldOut: 0, durationMs: 0 });
      await runSale(setState);
      await queries.invalidateQueries({ queryKey: ["positions"] });
      return can("audit:read") ? (await proveLedgers()).data : null;
    },
  });
  const restock = useMutation({
    mutationFn: refill,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["positions"] }),
  });
  if (!can("orders:write") || !can("inventory:read")) return null;
  const answered = state ? state.sold + state.soldOut : 0;
  const isFewer = left.data !== undefined && left.data < unitsForSale;

  return (
    <div className={classes.sale}>
      <div className={classes.saleHead}>
        <Button loading={sale.isPending} disabled={!left.data} onClick={() => sale.mutate()}>
          {t("tour.sale.start", { buyers: formatCount(buyers) })}
        </Button>
        <span className="soft">{left.data !== undefined && t("tour.sale.left", { count: left.data })}</span>
        {isFewer && !sale.isPending && can("inventory:write") && (
          <Button variant="default" loading={restock.isPending} onClick={() => restock.mutate()}>
            {t("tour.sale.refill")}
          </Button>
        )}
      </div>
      {state && (
        <>
          <Progress ratio={answered / buyers} label={t("tour.sale.answered")} />
          <StatTiles label={t("tour.sale.result")}>
            <StatTile label={t("tour.sale.sold")} value={state.sold} tone="done" />
            <StatTile label={t("tour.sale.soldOut")} value={state.soldOut} tone="stopped" />
            <StatTile label={t("tour.sale.took")} value={formatDuration(state.durationMs)} />
          </StatTiles>
        </>
      )}
      {sale.data && <ProofNote proof={sale.data} />}
      {(sale.error || restock.error) && <ProblemNote error={sale.error ?? restock.error} />}
    </div>
  );
}

/** Every promise that the data must keep, with whether it does. */
function ProofNote({ proof }: { proof: Proof }) {
  const { t } = useTranslation();
  return (
    <details className={classes.proof}>
      <summary>
        <StatusBadge tone={proof.clean ? "done" : "trouble"}>
          {proof.clean ? t("tour.sale.clean", { count: proof.promises.length }) : t("tour.sale.broken")}
        </StatusBadge>
      </summary>
      <ul>
        {proof.promises.map((promise) => (
          <li key={promise.name}>
            <StatusShape tone={promise.holds ? "done" : "trouble"} /> {promise.name}
          </li>
        ))}
      </ul>
    </details>
  );
}
