import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listMovements } from "../../api/generated/sdk.gen.ts";
import type { Movement } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { LocationLink, useLocationNames } from "../places.tsx";
import { MovementKind } from "./movement-kind.tsx";
import classes from "./stock.module.css";

/** The ledger behind the numbers: each change with its reason, its source and what it left. */
export function Movements({ sku, location }: { sku: string; location: string | undefined }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { list, rows } = useCursorList(["movements", sku, location], (after, signal) =>
    listMovements({ query: { sku, location, after, limit: pageSize }, signal }),
  );
  return (
    <Panel
      title={t("stock.movements")}
      beside={location && <span className="soft">{t("stock.movementsAt", { location: nameOf(location) })}</span>}
      bleed
    >
      {list.isPending ? (
        <div style={{ padding: "0 16px" }}>
          <Loading lines={6} />
        </div>
      ) : list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty small title={t("stock.noMovements")} />
      ) : (
        <table className={classes.table} aria-label={t("stock.movements")}>
          <thead>
            <tr>
              <th scope="col">{t("stock.when")}</th>
              <th scope="col">{t("stock.what")}</th>
              <th scope="col">{t("stock.location")}</th>
              {parts.map((part) => (
                <th key={part} scope="col" data-numeric>
                  {t(`stock.${part}`)}
                </th>
              ))}
              <th scope="col">{t("stock.source")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((movement) => (
              <MovementRow key={`${movement.location} ${movement.version}`} movement={movement} />
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("ui.loadMore")}
          </Button>
        </div>
      )}
    </Panel>
  );
}

const parts = ["onHand", "reserved", "allocated", "damaged"] as const;

function MovementRow({ movement }: { movement: Movement }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <DateTime at={movement.occurredAt} />
      </td>
      <td>
        <MovementKind kind={movement.kind} />
        {movement.reason && <span className="soft"> · {movement.reason}</span>}
        {movement.alreadyCounted !== null && (
          <span className="soft"> · {t("stock.alreadyCounted", { count: movement.alreadyCounted })}</span>
        )}
      </td>
      <td>
        <LocationLink code={movement.location} />
      </td>
      {parts.map((part) => (
        <td key={part} data-numeric>
          <Change delta={movement.change[part]} after={movement.result[part]} />
        </td>
      ))}
      <td className="soft" title={movement.actorName ?? movement.actor}>
        <SourceDocument movement={movement} />
      </td>
    </tr>
  );
}

/** "+5 → 12": by how much, and what it was afterwards. What did not change stands back. */
function Change({ delta, after }: { delta: number; after: number }) {
  if (delta === 0) return <span className="faint">{formatCount(after)}</span>;
  return (
    <>
      <span className={classes.delta} data-sign={delta > 0 ? "up" : "down"}>
        {delta > 0 ? "+" : "−"}
        {formatCount(Math.abs(delta))}
      </span>{" "}
      <span className="faint">→ {formatCount(after)}</span>
    </>
  );
}

const orderId = /^[0-9a-f-]{36}$/;

/** Who told it, and by which document: an order is opened, what an outside system names is quoted. */
function SourceDocument({ movement: { source, document } }: { movement: Movement }) {
  if (!document) return source;
  if (!orderId.test(document)) return `${source} · ${document}`;
  if (source !== "orders") return source;
  return (
    <Link to="/orders/$orderId" params={{ orderId: document }}>
      {source}
    </Link>
  );
}
