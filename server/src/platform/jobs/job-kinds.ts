import type { Transaction } from "../db/database.ts";
import type { Origin } from "../events/record-events.ts";

/** What is to be done, as its kind's module put it down. */
export interface NewJob {
  /** Derived from what it is about when enqueuing may happen twice: the second changes nothing. */
  id?: string;
  kind: string;
  /** What shares a limit within the kind, such as one receiver. */
  lane?: string;
  /**
   * Jobs of one kind, lane and key run one after the other, in the order in which they were enqueued; whoever enqueues
   * holds the lock of what the key stands for. Absent: in any order.
   */
  orderingKey?: string;
  /** IDs and codes; never personal data. */
  payload: Readonly<Record<string, unknown>>;
  delayMs?: number;
}

/** A job in the hands of this worker. */
export interface ClaimedJob {
  id: string;
  lane: string;
  orderingKey: string | null;
  payload: Readonly<Record<string, unknown>>;
  /** This one included. */
  attempts: number;
  /** Fences off this worker once its lease has run out and another took over. */
  leaseNumber: number;
  createdAt: Date;
}

/** How an attempt ended. */
export type JobOutcome =
  | { done: true }
  /** `retryAfterMs` overrules the schedule; `park`: trying again is of no use. */
  | { done: false; reason: string; retryAfterMs?: number; park?: boolean }
  /** Nothing was tried: it waits again, and its attempts stay as they were. */
  | { done: false; postponedMs: number };

export interface EndedAttempt<Outcome extends JobOutcome = JobOutcome> {
  job: ClaimedJob;
  outcome: Outcome;
}

/** How many jobs a lane may get now. */
export interface LaneCapacity {
  lane: string;
  free: number;
}

/** What to do about a job that was given up. */
export interface ParkedBy {
  ownerTeam: string;
  deadlineMs: number;
  /** For people, in a sentence. */
  nextAction: string;
}

/** A kind of job, registered with the worker in `main/`. */
export interface JobKind<Outcome extends JobOutcome = JobOutcome> {
  kind: string;
  /** At once in one process. */
  concurrency: number;
  /** Pauses after the first, second … failed attempt; after one more failure the job is parked. */
  retryPausesMs: readonly number[];
  /** Absent: everything is in the lane ''. `running` tells how many of each lane this process has in hand. */
  lanes?: (running: ReadonlyMap<string, number>) => readonly LaneCapacity[];
  /**
   * Begins all of them and answers a promise for each, in order. At least once: a worker may die between its effect and
   * its record. `lost` is aborted when the lease of any of them is; `stopping` when the worker stops, which lets them end
   * and keeps their leases meanwhile: a long one puts itself off.
   */
  start: (jobs: readonly ClaimedJob[], lost: AbortSignal, stopping: AbortSignal) => readonly Promise<Outcome>[];
  /** Written in the transaction that records the attempts. Gets only those whose lease still held. */
  record?(transaction: Transaction, ended: readonly EndedAttempt<Outcome>[]): void | Promise<void>;
  parking: ParkedBy;
}

/** A job that was given up; its key waits. */
export interface ParkedJob {
  id: string;
  kind: string;
  lane: string;
  orderingKey: string | null;
  reason: string;
  ownerTeam: string;
  nextAction: string;
  deadlineAt: Date;
}

/** How the people's list of exceptions learns of jobs; `tasks` implements it and `main/` plugs it in. */
export interface ParkedJobReports {
  parked: (transaction: Transaction, jobs: readonly ParkedJob[]) => void;
  /** Somebody retried or skipped them. */
  released: (transaction: Transaction, ids: readonly string[], resolution: string, actor: string) => void;
  assigned: (transaction: Transaction, ids: readonly string[], ownerTeam: string, origin: Origin) => void;
}
