import type { MessageReports } from "../messages/public.ts";
import { raiseExceptions } from "./raise-exceptions.ts";

const HOUR_MS = 3_600_000;
const CUSTOMER_SERVICE = "customer-service";

/** What only people can settle between us and a customer is an exception. */
export const reportMessages: MessageReports = {
  unreachable: (transaction, customers, now) =>
    raiseExceptions(
      transaction,
      customers.map(({ orderId, channel, messageId, reason }) => ({
        kind: "customerUnreachable",
        entityType: "order",
        entityId: orderId,
        reason: `The customer's address takes no messages. ${reason}`,
        nextAction: "Ask the customer for another address by telephone, or tell what matters on the way that is left.",
        details: { channel, messageId },
        ownerTeam: CUSTOMER_SERVICE,
        dueAt: new Date(now.getTime() + 24 * HOUR_MS),
      })),
    ),
  unasked: (transaction, customers, now) =>
    raiseExceptions(
      transaction,
      customers.map(({ orderId, channel }) => ({
        kind: "customerUnreachable",
        entityType: "order",
        entityId: orderId,
        reason: "The customer has to be asked something, and no message reaches him.",
        nextAction: "Call the customer, and enter the answer on the page of the order before the deadline.",
        details: { channel },
        ownerTeam: CUSTOMER_SERVICE,
        dueAt: new Date(now.getTime() + 24 * HOUR_MS),
      })),
    ),
  colleagueUnreachable: (transaction, colleagues, now) =>
    raiseExceptions(
      transaction,
      colleagues.map(({ userId, messageId, reason }) => ({
        kind: "colleagueUnreachable",
        entityType: "user",
        entityId: userId,
        reason: `The address of somebody who is to be alerted takes no mails. ${reason}`,
        nextAction: "Correct the address under people and access, and tell them what waits for their team.",
        details: { messageId },
        ownerTeam: "operations",
        dueAt: new Date(now.getTime() + 24 * HOUR_MS),
      })),
    ),
  reported: (transaction, { orderId, channel, problem }, now) =>
    raiseExceptions(
      transaction,
      [
        {
          kind: "customerReport",
          entityType: "order",
          entityId: orderId,
          reason: PROBLEMS[problem],
          nextAction: "Write to the customer, agree on what helps, and resolve this with what was agreed.",
          details: { channel, problem },
          ownerTeam: CUSTOMER_SERVICE,
          dueAt: new Date(now.getTime() + 24 * HOUR_MS),
        },
      ],
      { actor: "system:customer", requestId: null },
    ),
};

const PROBLEMS = {
  missing: "The customer says that something is missing.",
  damaged: "The customer says that something is damaged.",
  wrongItem: "The customer says that it is not what was ordered.",
  other: "The customer says that something is wrong.",
};
