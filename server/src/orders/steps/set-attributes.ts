import { Type } from "typebox";
import type { Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { OrderAggregate } from "../aggregate.ts";
import { collect, recordFact } from "../order-run.ts";
import { defineStep, plainValues, pointersTo, Values } from "./step.ts";

const MAX_ATTRIBUTES = 50;

export const setAttributes = defineStep({
  name: "setAttributes",
  description:
    "Notes values of the order under names, for conditions, screens and other systems. An expression that gives null takes a name away.",
  params: Type.Object({ attributes: Values("What is noted, by name.") }, { additionalProperties: false }),
  valuesIn: ({ attributes }) => pointersTo("/attributes", attributes),
  forHistorical: true,
  run: ({ run, params, valueOf }) => {
    const { order } = run;
    const given = Object.entries(plainValues(params.attributes, valueOf));
    const news = given.filter(([name, value]) => (order.attributes[name] ?? null) !== value);
    if (news.length === 0) return;
    const attributes = Object.fromEntries(
      Object.entries({ ...order.attributes, ...Object.fromEntries(news) }).filter(([, value]) => value !== null),
    );
    if (Object.keys(attributes).length > MAX_ATTRIBUTES)
      throw new Error(`An order has at most ${MAX_ATTRIBUTES} attributes.`);
    order.attributes = attributes;
    recordFact(run, "order.attributesSet", { attributes: Object.fromEntries(news) });
    collect(run.work, writeAttributes, order);
  },
});

const updateAttributes = statement(
  "orders.updateAttributes",
  `update orders.orders o set attributes = u.attributes from unnest($1::uuid[], $2::jsonb[]) as u (id, attributes) where o.id = u.id`,
);

function writeAttributes(transaction: Transaction, changed: readonly OrderAggregate[]): void {
  const orders = [...new Set(changed)];
  transaction.write(updateAttributes, [
    arrayLiteral(
      "uuid",
      orders.map(({ id }) => id),
    ),
    arrayLiteral(
      "jsonb",
      orders.map(({ attributes }) => attributes),
    ),
  ]);
}
