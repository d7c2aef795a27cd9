import type { Transaction } from "../platform/db/database.ts";

/** An address that does not take messages. */
export interface UnreachableCustomer {
  messageId: string;
  orderId: string;
  channel: string;
  reason: string;
}

/** Somebody of the house whose address does not take mails. */
export interface UnreachableColleague {
  userId: string;
  messageId: string;
  reason: string;
}

export const PROBLEMS = ["missing", "damaged", "wrongItem", "other"] as const;
export type Problem = (typeof PROBLEMS)[number];

/** What a customer says of an order. */
export interface CustomerReport {
  orderId: string;
  channel: string;
  problem: Problem;
}

/** How people learn of what only they can settle; `tasks` implements it and `main/` plugs it in. */
export interface MessageReports {
  unreachable: (transaction: Transaction, customers: readonly UnreachableCustomer[], now: Date) => void;
  colleagueUnreachable: (transaction: Transaction, colleagues: readonly UnreachableColleague[], now: Date) => void;
  /** They are asked something, and there is no way to write to them. */
  unasked: (
    transaction: Transaction,
    customers: readonly Pick<CustomerReport, "orderId" | "channel">[],
    now: Date,
  ) => void;
  /** One that is open for the order already is left as it is. */
  reported: (transaction: Transaction, report: CustomerReport, now: Date) => void;
}
