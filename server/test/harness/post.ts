import { type MailServer, openMailServer, type ReceivedMail } from "./mail-server.ts";
import { eventually, openRetailer, type Retailer } from "./retailer.ts";

/** A retailer whose messages a real mail server receives. */
export interface PostedRetailer {
  shop: Retailer;
  post: MailServer;
  /** Somebody to whom nobody has written yet. */
  newCustomer(): { name: string; email: string };
  /** What an address has got, once it is so many. */
  mailsTo(address: string, count: number): Promise<ReceivedMail[]>;
  /** The ID of a new order of one unit. */
  captured(customer: { name: string; email: string }): Promise<string>;
  /** The confirmation of an order, once it is in this state. */
  untilState(orderId: string, state: string): Promise<StoredMessage>;
  exceptionsOf(orderId: string): Promise<{ kind: string; reason: string; ownerTeam: string }[]>;
  /** Audits, then ends it. */
  close(): Promise<void>;
}

export interface StoredMessage {
  id: string;
  state: string;
  reason: string | null;
}

const SLOWEST_MS = 8_000;

export async function openPostedRetailer(): Promise<PostedRetailer> {
  const post = await openMailServer();
  const shop = await openRetailer({ worker: true, messaging: { smtpUrl: post.url, mailFrom: "orders@shop.test" } });
  let customers = 0;
  return {
    shop,
    post,
    newCustomer: () => ({ name: "Ada Okafor", email: `ada${++customers}@customer.test` }),
    mailsTo: (address, count) =>
      eventually(
        `${count} mails for ${address}`,
        async () => {
          const mails = post.mails.filter(({ to }) => to.includes(address));
          return mails.length >= count && mails;
        },
        SLOWEST_MS,
      ),
    captured: async (customer) => {
      const sku = await shop.sku({ leeds: 5 });
      return (await shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] })).id;
    },
    untilState: (orderId, state) =>
      eventually(
        `the message is ${state}`,
        async () => {
          const { rows } = await shop.database.pool.query<StoredMessage>(
            "select id, state, reason from messages.outbox where order_id = $1 and trigger = 'orderConfirmed'",
            [orderId],
          );
          return rows[0]?.state === state && rows[0];
        },
        SLOWEST_MS,
      ),
    exceptionsOf: async (orderId) => {
      const all = await shop.admin.list<{ kind: string; entityId: string; reason: string; ownerTeam: string }>(
        "/v1/exceptions",
      );
      return all.filter(({ entityId }) => entityId === orderId);
    },
    close: async () => {
      await shop.audit();
      await shop.close();
      await post.close();
    },
  };
}
