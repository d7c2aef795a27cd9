import type { Transaction } from "../platform/db/database.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { Refusal } from "../platform/refusals.ts";

/** An open exception, as the module knows it that settles its kind. */
export interface SettledException {
  id: string;
  kind: string;
  entityType: string;
  entityId: string;
  details: Readonly<Record<string, unknown>>;
  openedAt: Date;
}

/** What nothing could be done about, by the exception's ID; nothing was written for it. */
export type Refused = ReadonlyMap<string, Refusal>;
export const NONE_REFUSED: Refused = new Map();

/**
 * What can be done about exceptions of a kind beside saying that they are dealt with. The module of what failed implements it
 * for many at once in the caller's transaction, and closes the exceptions; `main/` plugs it in.
 */
export interface Remedy {
  /** Needed beside tasks:write to try it again or to give it up; to pass it on it is not. */
  permission?: (exception: Pick<SettledException, "details">) => string;
  /** Locks what failed, in one order for all: whoever does it or gives it up locks it before its exception, too. */
  lock: (transaction: Transaction, exceptions: readonly SettledException[]) => Promise<void>;
  /** Tries again what failed. */
  retry: (transaction: Transaction, exceptions: readonly SettledException[], origin: Origin) => Promise<Refused>;
  /** Gives it up for good, which leaves a gap that everybody sees. Absent: what is dealt with is said so. */
  skip?: (
    transaction: Transaction,
    exceptions: readonly (SettledException & { reason: string })[],
    origin: Origin,
  ) => Promise<Refused>;
  /** Where its owner is kept beside the exception too. */
  assign?: (
    transaction: Transaction,
    exceptions: readonly (SettledException & { ownerTeam: string })[],
    origin: Origin,
  ) => Promise<Refused>;
}

/**
 * Kinds that the system alone raises, about what failed in it. Whoever retries or closes one acts on the job, timer or
 * webhook that it names, so neither people nor workflows may name any.
 */
export const REMEDIED_KINDS = ["jobParked", "timerFailed", "webhookFailing", "webhookDisabled", "webhookGap"] as const;
type RemediedKind = (typeof REMEDIED_KINDS)[number];

/** By kind of exception; locked in this order. */
export type Remedies = Readonly<Partial<Record<RemediedKind, Remedy>>>;

/** The remedy of a kind, if it has one. */
export function remedyOf(remedies: Remedies, kind: string): Remedy | undefined {
  return isRemedied(kind) ? remedies[kind] : undefined;
}

export function isRemedied(kind: string): kind is RemediedKind {
  return (REMEDIED_KINDS as readonly string[]).includes(kind);
}
