import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getSku, patchSku } from "../../api/generated/sdk.gen.ts";
import type { Sku } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Picture } from "../../ui/picture.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { ChannelAvailability } from "../keep-stock/channel-availability.tsx";
import classes from "./catalog.module.css";
import { SkuState } from "./catalog.tsx";
import { formatSize, formatWeight } from "./measures.ts";

const route = getRouteApi("/signed-in/catalog/$code");

/** One SKU: what it is, what carriers and customs must know, and what can be sold of it. */
export function SkuPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { code } = route.useParams();
  const [asking, setAsking] = useState(false);
  const {
    data: sku,
    error,
    refetch,
  } = useQuery({
    queryKey: ["skus", code],
    queryFn: async ({ signal }) => (await getSku({ path: { code }, signal })).data,
  });
  const above = <Link to="/catalog">{t("sku.listTitle")}</Link>;
  if (!sku) {
    return (
      <Page title={code} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Page
      title={sku.name}
      above={above}
      badges={<SkuState active={sku.active} />}
      facts={
        <>
          <span className="code">{sku.code}</span>
          {sku.categoryPath && (
            <>
              {" · "}
              <Link to="/catalog" search={{ category: sku.categoryPath }}>
                {sku.categoryPath}
              </Link>
            </>
          )}
        </>
      }
      actions={
        <>
          {can("inventory:read") && (
            <Button
              variant="default"
              renderRoot={(root) => <Link {...root} to="/inventory/$sku" params={{ sku: code }} />}
            >
              {t("sku.stock")}
            </Button>
          )}
          {can("catalog:write") && (
            <>
              <Button variant="default" onClick={() => setAsking(true)}>
                {sku.active ? t("sku.deactivate") : t("sku.activate")}
              </Button>
              <Button renderRoot={(root) => <Link {...root} to="/catalog/$code/edit" params={{ code }} />}>
                {t("ui.edit")}
              </Button>
            </>
          )}
        </>
      }
    >
      <div className={classes.page}>
        <div className={classes.picture}>
          <Picture url={sku.imageUrl} size={240} />
        </div>
        <div className={classes.facts}>
          <Panel title={t("sku.identity")}>
            <KeyValue
              facts={[
                [t("sku.product"), sku.productId],
                ["GTIN", sku.gtin && <span className="code">{sku.gtin}</span>],
                [t("sku.externalId"), sku.externalId],
                ...Object.entries(sku.attributes).map(([name, value]) => [name, said(value)] as const),
                [t("sku.updated"), <DateTime key="updated" at={sku.updatedAt} />],
              ]}
            />
          </Panel>
          <Shipping sku={sku} />
          <Units sku={sku} />
        </div>
        {can("availability:read") && (
          <div className={classes.availability}>
            <ChannelAvailability sku={code} />
          </div>
        )}
      </div>
      <Activation sku={sku} opened={asking} close={() => setAsking(false)} />
    </Page>
  );
}

/** Attributes are free: a text as it is, anything deeper as it was sent. */
function said(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Shipping({ sku }: { sku: Sku }) {
  const { t } = useTranslation();
  const size = formatSize([sku.lengthMillimeters, sku.widthMillimeters, sku.heightMillimeters]);
  const facts: [string, React.ReactNode][] = [
    [t("sku.weight"), sku.weightGrams !== null && formatWeight(sku.weightGrams)],
    [t("sku.size"), size],
    [t("sku.freightClass"), sku.freightClass],
    [t("sku.hsCode"), sku.hsCode],
    [t("sku.origin"), sku.originCountry],
    [t("sku.hazardClass"), sku.hazardClass],
    [t("sku.minimumAge"), sku.minimumAge !== null && formatCount(sku.minimumAge)],
  ];
  const known = facts.filter(([, value]) => value !== null && value !== false);
  return (
    <Panel title={t("sku.shipping")}>
      {known.length === 0 ? <Empty small title={t("sku.nothingKnown")} /> : <KeyValue facts={known} />}
    </Panel>
  );
}

function Units({ sku }: { sku: Sku }) {
  const { t } = useTranslation();
  const tracked = [
    sku.serialTracked && t("sku.serialTracked"),
    sku.lotTracked && t("sku.lotTracked"),
    sku.expiryTracked && t("sku.expiryTracked"),
  ].filter((text) => text !== false);
  return (
    <Panel title={t("sku.handling")}>
      <KeyValue
        facts={[
          [t("sku.tracked"), tracked.length > 0 ? tracked.join(", ") : t("sku.untracked")],
          ...sku.unitsOfMeasure.map(
            ({ unit, quantity, gtin }) =>
              [unit, `${t("sku.holds", { count: quantity })}${gtin ? ` · GTIN ${gtin}` : ""}`] as const,
          ),
        ]}
      />
    </Panel>
  );
}

type ActivationProps = { sku: Sku; opened: boolean; close: () => void };

function Activation({ sku: { code, active }, opened, close }: ActivationProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={active ? t("sku.deactivateTitle") : t("sku.activateTitle")}
      verb={active ? t("sku.deactivate") : t("sku.activate")}
      danger={active}
      run={async () => {
        await patchSku({ path: { code }, body: { active: !active } });
        await queries.invalidateQueries({ queryKey: ["skus"] });
      }}
    >
      <p style={{ margin: 0 }}>{active ? t("sku.deactivateEffect") : t("sku.activateEffect")}</p>
    </ConfirmAction>
  );
}
