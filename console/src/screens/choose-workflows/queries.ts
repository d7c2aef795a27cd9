import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listChannels, listDocuments, listLocations } from "../../api/generated/sdk.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { channelKinds } from "../run-channels/channel-values.ts";
import type { PartField } from "./rule-conditions.ts";
import { orderTypes, useOrderTypeText } from "../order-types.tsx";
import { useLocationGroups } from "../places.tsx";

/** A value of an order that rules choose by, and what it may be; others may be typed. */
export interface ChoiceField extends PartField {
  readonly label: string;
  readonly options: readonly string[];
  /** How a value reads; one that is not known reads as it is. */
  readonly say?: (value: string) => string;
}

/** What was chosen or typed, as the condition says it. */
export function meant(field: ChoiceField | undefined, said: string): string {
  return field?.options.find((value) => field.say?.(value) === said) ?? said;
}

const methods = ["delivery", "pickup"] as const;
const locationTypes = ["warehouse", "store", "3pl", "vendor", "virtual"] as const;

/** What a business user chooses by, without writing a condition. */
export function useChoiceFields(entityType: string): readonly ChoiceField[] {
  const { t } = useTranslation();
  const { data: channels } = useQuery({
    queryKey: ["channels", "all"],
    queryFn: async ({ signal }) => (await listChannels({ query: { limit: 200 }, signal })).data.data,
  });
  const { data: locations } = useQuery({
    queryKey: ["locations", "all"],
    queryFn: async ({ signal }) => (await listLocations({ query: { limit: 200 }, signal })).data.data,
  });
  const groups = useLocationGroups();
  const typeText = useOrderTypeText();
  return useMemo(() => {
    const one = <Value extends string>(values: readonly Value[], said: (value: Value) => string) => ({
      options: values,
      say: (value: string) => {
        const known = values.find((each) => each === value);
        return known === undefined ? value : said(known);
      },
    });
    const ofMethods = one(methods, (method) => t(`method.${method}`));
    const distinct = (values: readonly string[] = []) => [...new Set(values)].filter(Boolean).toSorted();
    const ofOrders: ChoiceField[] = [
      { path: "order.channel", label: t("choice.field.channel"), options: distinct(channels?.map(({ code }) => code)) },
      {
        path: "order.channelKind",
        label: t("choice.field.channelKind"),
        ...one(channelKinds, (kind) => t(`channel.kinds.${kind}`)),
      },
      { path: "order.brand", label: t("choice.field.brand"), options: distinct(channels?.map(({ brand }) => brand)) },
      {
        path: "order.market",
        label: t("choice.field.market"),
        options: distinct(channels?.map(({ market }) => market)),
      },
      { path: "order.type", label: t("choice.field.type"), ...one(orderTypes, typeText) },
      { path: "order.customerTier", label: t("choice.field.tier"), options: [] },
      { path: "order.total", isAmount: true, label: t("choice.field.total"), options: [] },
    ];
    const codes = distinct(locations?.map(({ code }) => code));
    if (entityType !== "fulfillmentOrder") {
      return [
        ...ofOrders,
        { path: "order.methods", isList: true, label: t("choice.field.method"), ...ofMethods },
        { path: "order.pickupLocations", isList: true, label: t("choice.field.pickupLocation"), options: codes },
        {
          path: "order.pickupLocationGroups",
          isList: true,
          label: t("choice.field.pickupGroup"),
          options: groups,
        },
      ];
    }
    return [
      { path: "fulfillmentOrder.method", label: t("choice.field.method"), ...ofMethods },
      {
        path: "fulfillmentOrder.location.code",
        label: t("choice.field.location"),
        options: codes,
      },
      {
        path: "fulfillmentOrder.location.type",
        label: t("choice.field.locationType"),
        ...one(locationTypes, (type) => t(`location.types.${type}`)),
      },
      ...ofOrders,
    ];
  }, [channels, locations, groups, entityType, t, typeText]);
}

/** The workflows of an entity type that are in force. */
export function useWorkflowsOf(entityType?: string) {
  const { data = [] } = useQuery({
    queryKey: ["documents", "workflow", "titles"],
    queryFn: async ({ signal }) => (await listDocuments({ query: { kind: "workflow", limit: 200 }, signal })).data.data,
  });
  return data.filter(
    ({ facts, publishedVersion }) =>
      publishedVersion !== null && (entityType === undefined || facts["entityType"] === entityType),
  );
}

export function useWorkflowTitle(): (code: string) => string {
  const workflows = useWorkflowsOf();
  return (code) => shippedText(workflows.find((one) => one.code === code)?.title ?? code);
}
