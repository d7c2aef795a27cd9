import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Order } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { StatusShape } from "../../ui/status-badge.tsx";
import { LocationLink, useLocationNames } from "../places.tsx";
import classes from "./order.module.css";
import { reasonsOf, type RulesApplied, type SourcingReason } from "./sourcing-reason.ts";

type Decision = Order["sourcing"][number];

/** Why it was sourced as it was: the stored decisions, the latest first and open. */
export function Sourcing({ order }: { order: Order }) {
  const { t } = useTranslation();
  if (order.sourcing.length === 0) return null;
  return (
    <Panel title={t("order.sourcing")}>
      {order.sourcing.toReversed().map((decision, index) => (
        <details key={decision.attempt} open={index === 0} className={classes.decision}>
          <summary>
            {t("order.decision", { attempt: decision.attempt })} ·{" "}
            <span className="faint">
              <DateTime at={decision.decidedAt} />
            </span>
          </summary>
          <Explanation decision={decision} order={order} />
        </details>
      ))}
    </Panel>
  );
}

function Explanation({ decision, order }: { decision: Decision; order: Order }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const reasons = reasonsOf(decision.explanation);
  if (!reasons) return <pre className={classes.explanation}>{JSON.stringify(decision.explanation, null, 2)}</pre>;
  const codeOf = (locationId: number) => String(decision.locations[locationId] ?? `#${locationId}`);
  return reasons.map(({ choiceNumber, reason, rules }) => {
    const choice = order.fulfillmentChoices[choiceNumber - 1];
    return (
      <div key={choiceNumber} className={classes.reason}>
        {reasons.length > 1 && choice && (
          <h3>
            {choice.method === "pickup"
              ? `${t("method.pickup")} · ${nameOf(choice.location ?? "")}`
              : [t("method.delivery"), choice.address?.city].filter(Boolean).join(" · ")}
          </h3>
        )}
        <Reason reason={reason} codeOf={codeOf} />
        {rules && <KeptByRules rules={rules} order={order} codeOf={codeOf} />}
      </div>
    );
  });
}

type KeptByRulesProps = { rules: RulesApplied; order: Order; codeOf: (locationId: number) => string };

/** What was free and not for this order, by which version of the rules. */
function KeptByRules({ rules, order, codeOf }: KeptByRulesProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { kept = [], overQuota = [] } = rules;
  if (kept.length + overQuota.length === 0) return null;
  const skuOf = (lineNumber: number) => order.lines.find((line) => line.lineNumber === lineNumber)?.sku ?? "";
  return (
    <>
      <p>
        {t("order.rulesKept")}{" "}
        <Link to="/availability-rules" search={{ version: String(rules.version) }} className="soft">
          {t("order.rulesVersion", { version: rules.version })}
        </Link>
      </p>
      <ul>
        {kept.map(({ lineNumber, locationId, free, usable }) => (
          <li key={`${lineNumber} ${locationId}`}>
            {t("order.ruleKept", {
              sku: skuOf(lineNumber),
              location: nameOf(codeOf(locationId)),
              kept: formatCount(free - usable),
              free: formatCount(free),
            })}
          </li>
        ))}
        {overQuota.map((lineNumber) => (
          <li key={lineNumber}>{t("order.overQuota", { sku: skuOf(lineNumber) })}</li>
        ))}
      </ul>
    </>
  );
}

type ReasonProps = { reason: SourcingReason; codeOf: (locationId: number) => string };

function Reason({ reason, codeOf }: ReasonProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const chosen = reason.chosen.map((id) => nameOf(codeOf(id))).join(", ");
  const full = (reason.excluded ?? []).filter(({ why }) => why === "full").map(({ locationId }) => codeOf(locationId));
  return (
    <>
      <p>{t(`order.why.${reason.why}`, { chosen, count: reason.chosen.length })}</p>
      {!reason.exact && <p className="soft">{t("order.notProven", { count: reason.fewestPossible })}</p>}
      <table className={classes.candidates}>
        <thead>
          <tr>
            <th scope="col">{t("order.candidate")}</th>
            <th scope="col" data-numeric>
              {t("order.distance")}
            </th>
            <th scope="col" data-numeric>
              {t("order.usable")}
            </th>
          </tr>
        </thead>
        <tbody>
          {reason.considered.map(({ locationId, distanceKm, usable }) => (
            <tr key={locationId}>
              <td>
                {reason.chosen.includes(locationId) && (
                  <>
                    <StatusShape tone="done" />
                    <span className="visually-hidden">{t("order.chosen")}</span>{" "}
                  </>
                )}
                <LocationLink code={codeOf(locationId)} />
              </td>
              <td data-numeric>{distanceKm === null ? "–" : `${formatCount(distanceKm)} km`}</td>
              <td data-numeric>{usable.map((units) => formatCount(units)).join(" · ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {full.length > 0 && <p className="faint">{t("order.full", { locations: full.map(nameOf).join(", ") })}</p>}
      {reason.notListed > 0 && <p className="faint">{t("order.notListed", { count: reason.notListed })}</p>}
    </>
  );
}
