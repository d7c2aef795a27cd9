import { randomBytes } from "node:crypto";
import { type Client, inParallel, postAll } from "../client.ts";
import type { Product } from "./catalog.ts";
import { customer } from "./retailer.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Who does the work that no machine does: everybody belongs to teams and sees their tasks alone. */
const people = [
  ["Freya Lund", ["fraud"], ["fraud"]],
  ["Amir Haddad", ["fraud"], ["fraud"]],
  ["Sofia Rossi", ["customer-service"], ["customer-service"]],
  ["Tom Baker", ["customer-service"], ["customer-service", "services"]],
  ["Marie Dubois", ["customer-service"], ["services"]],
  ["Piotr Nowak", ["operations"], ["production"]],
  ["Olga Ivanova", ["operations"], ["operations", "purchasing"]],
  ["Grace Mensah", ["store-manager"], ["store"], ["ST-LEEDS"]],
  ["Jonas Weber", ["store-manager"], ["store"], ["ST-BERLIN", "ST-HAMBURG"]],
] as const;

const HOME = {
  id: "home",
  method: "delivery",
  service: "standard",
  address: {
    name: "Ada Okafor",
    line1: "12 Harbor Street",
    city: "Leeds",
    country: "GB",
    postalCode: "LS1 4DY",
    latitude: 53.797,
    longitude: -1.546,
  },
};

const ASSEMBLY = "SERVICE-ASSEMBLY";

interface Task {
  id: string;
  queue: string;
  subject: string;
  entityId: string;
}

interface Content {
  version: string;
  states: Record<string, { always: object[]; on: Record<string, unknown> }>;
}

/** Orders that wait for people, in every queue, and the people: some have begun, one has asked the customer's desk. */
export async function seedDesks(client: Client, products: readonly Product[], now: Date): Promise<void> {
  const actors = await hire(client);
  await reviewSocialOrders(client);
  await client.post("/v1/skus", {
    items: [
      { code: ASSEMBLY, name: "Assembly at home", categoryPath: "Services", imageUrl: "/demo/pictures/6-0-1.svg" },
    ],
  });
  await postAll(client, "/v1/orders/bulk", ordersForPeople(products, now), 1_000);
  const { data } = await client.get<{ data: Task[] }>("/v1/tasks?limit=200");
  const of = (queue: string): Task[] => data.filter((task) => task.queue === queue);
  const end = (task: Task | undefined, outcome: string, more: object): Promise<unknown> =>
    client.post(`/v1/tasks/${task!.id}/complete`, { outcome, data: more });
  const give = (task: Task | undefined, name: string, text?: string): Promise<unknown>[] => [
    client.post(`/v1/tasks/${task!.id}/assign`, { assignee: actors.get(name) }),
    ...(text === undefined ? [] : [client.post(`/v1/tasks/${task!.id}/comment`, { text })]),
  ];
  const [made, services, reviews] = [of("production"), of("services"), of("fraud-review")];
  await end(made[0], "cannotBeMade", { reason: "The oak has a knot where the engraving goes." });
  await end(services[0], "notPerformed", { reason: "Nobody was at home." });
  await end(reviews[0], "accept", {});
  await Promise.all([
    ...give(reviews[1], "Freya Lund", "Card issuer called; they ring back by five."),
    ...give(reviews[2], "Amir Haddad"),
    ...give(made[1], "Piotr Nowak", "Laser is free after lunch."),
    ...give(services[1], "Marie Dubois"),
    ...give(services[2], "Tom Baker"),
  ]);
}

/** Nobody knows their passwords: an administrator gives new ones to try what they see. */
async function hire(client: Client): Promise<ReadonlyMap<string, string>> {
  const actors = new Map<string, string>();
  await inParallel(people, 2, async ([name, roles, teams, locationCodes = null]) => {
    const { id } = await client.post<{ id: string }>("/v1/users", {
      email: `${name.toLowerCase().replace(" ", ".")}@harborandpine.example`,
      name,
      password: randomBytes(24).toString("base64url"),
      roles,
      teams,
      locationCodes,
    });
    actors.set(name, `user:${id}`);
  });
  return actors;
}

/** What is dear and comes from the social shop is looked at before it goes on: a workflow of the retailer's own, and a rule. */
async function reviewSocialOrders(client: Client): Promise<void> {
  const { content: standard } = await client.get<{ content: Content }>(
    "/v1/documents/workflow/standard-order/versions/1",
  );
  const created = standard.states["created"]!;
  const reason = "fraud check";
  const reviewed = {
    ...standard,
    id: "reviewed-order",
    version: "1",
    description: "Like the standard order, and the fraud desk looks at it first.",
    meta: {
      entityType: "order",
      title: "Order with a fraud review",
      delays: { patience: "P14D", serviceWindow: "P14D" },
    },
    states: {
      ...standard.states,
      created: { ...created, always: [{ target: "fraudReview" }] },
      fraudReview: {
        meta: { label: "confirmed" },
        entry: [
          { type: "createFulfillmentOrders" },
          { type: "hold", params: { reason } },
          {
            type: "openTask",
            params: {
              queue: "fraud-review",
              title: { en: "Is this order genuine?", de: "Ist dieser Auftrag echt?" },
              instructions: {
                en: "Compare name, address and card; call the customer when in doubt.",
                de: "Name, Adresse und Karte vergleichen; im Zweifel den Kunden anrufen.",
              },
              outcomes: [
                { event: "accept", label: { en: "Accept", de: "Annehmen" } },
                { event: "reject", label: { en: "Reject", de: "Ablehnen" } },
              ],
            },
          },
        ],
        exit: { type: "unhold", params: { reason } },
        on: { ...created.on, accept: created.always, reject: { actions: { type: "cancelUnits" } } },
      },
    },
  };
  await publish(client, "workflow", "reviewed-order", reviewed, "Chargebacks in the social shop");
  const { content } = await client.get<{ content: { version: string; rules: object[] } }>(
    "/v1/documents/workflow-selection/order/versions/1",
  );
  const rule = {
    name: "Dear orders of the social shop",
    when: 'order.channelKind == "social" && order.total >= 50000',
    workflow: "reviewed-order",
  };
  const rules = [rule, ...content.rules];
  await publish(client, "workflow-selection", "order", { ...content, rules }, "Chargebacks in the social shop");
}

async function publish(client: Client, kind: string, code: string, content: object, note: string): Promise<void> {
  await client.put(`/v1/documents/${kind}/${code}/draft`, { content });
  await client.post(`/v1/documents/${kind}/${code}/publish`, { note });
}

/** Every type of order that a retailer has beside the usual ones. */
function ordersForPeople(products: readonly Product[], now: Date): object[] {
  const own = products.filter(({ vendor }) => vendor === null);
  const vendors = products.filter(({ vendor }) => vendor !== null);
  const service = [{ code: ASSEMBLY, price: 8_900 }];
  const furniture = products.filter(({ category }) => category === "Home/Furniture");
  const soon = new Date(now.getTime() + 17 * DAY_MS).toISOString().slice(0, 10);
  const kinds = [
    { name: "MADE", type: "makeToOrder", count: 7, from: furniture },
    { name: "SERVICE", type: "service", count: 6, from: service },
    { name: "PRE", type: "preOrder", count: 5, from: own, metadata: { releaseOn: soon } },
    { name: "EXCHANGE", type: "exchange", count: 3, from: own },
    { name: "VENDOR", type: "dropShip", count: 4, from: vendors },
    { name: "DEAR", type: "standard", count: 6, from: furniture, channel: "social", quantity: 5 },
  ];
  return kinds.flatMap(({ name, type, count, from, channel = "web", quantity = 1, ...more }, kind) =>
    Array.from({ length: count }, (_, index) => {
      const { code: sku, price } = from[(index * 3) % from.length]!;
      return {
        channel,
        externalReference: `${name}-${index + 1}`,
        type,
        orderedAt: new Date(now.getTime() - (1 + 2 * index + kind / 6) * HOUR_MS).toISOString(),
        customer: customer(120 + 10 * kind + index),
        fulfillmentChoices: [HOME],
        lines: [{ sku, quantity, unitPrice: price }],
        tenders: [{ type: "card", amount: quantity * price }],
        ...more,
      };
    }),
  );
}
