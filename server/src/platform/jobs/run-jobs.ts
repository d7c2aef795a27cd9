import { setTimeout as pause } from "node:timers/promises";
import { Batcher } from "../batching.ts";
import { withJitter } from "../clock.ts";
import type { Database, Transaction } from "../db/database.ts";
import { onJobsEnqueued } from "./enqueue-jobs.ts";
import type { ClaimedJob, EndedAttempt, JobKind, JobOutcome, LaneCapacity, ParkedJobReports } from "./job-kinds.ts";
import { observeAttempt, observeLostLease } from "./job-metrics.ts";
import { type AttemptEnd, claimJobs, endAttempts, LEASE_MS, readExpiredJobs, renewLeases } from "./jobs.sql.ts";

export interface JobWorkerOptions {
  database: Database;
  kinds: readonly JobKind[];
  reports: Pick<ParkedJobReports, "parked">;
  log: { error(details: object, message: string): void; warn(details: object, message: string): void };
  pollMs?: number;
}

/** Jobs of other processes are found by asking; those of this one wake the worker. */
const POLL_MS = 250;
const RENEW_MS = LEASE_MS / 3;
const DRAIN_LOOK_MS = 1_000;
const EXPIRED_CHECK_MS = 1_000;
const EXPIRED_PER_CHECK = 500;
const RETRY_PAUSE_MS = 500;
const LONGEST_REASON = 500;

/** Runs jobs of these kinds until stopped. Any number of processes may; each job is in the hands of one at a time. */
export function startJobWorker(options: JobWorkerOptions): { stop(): Promise<void> } {
  const runners = options.kinds.map((kind) => new KindRunner(kind, options));
  const running = runners.map((runner) => runner.run());
  return {
    stop: async () => {
      for (const runner of runners) runner.stop();
      await Promise.all(running);
    },
  };
}

class KindRunner {
  readonly #kind: JobKind;
  readonly #options: JobWorkerOptions;
  readonly #stopping = new AbortController();
  readonly #inHand = new Map<string, { job: ClaimedJob; lost: AbortController }>();
  readonly #perLane = new Map<string, number>();
  readonly #ends: Batcher<EndedAttempt, boolean>;
  readonly #attempts = new Set<Promise<void>>();
  #wake: () => void = () => {};
  #woken = false;
  #turn = 0;
  #renewAt = performance.now() + RENEW_MS;
  #checkExpiredAt = 0;

  constructor(kind: JobKind, options: JobWorkerOptions) {
    this.#kind = kind;
    this.#options = options;
    this.#ends = new Batcher<EndedAttempt, boolean>({
      name: `end ${kind.kind}`,
      // The lease number tells whether it has been recorded already.
      isRepeatable: () => true,
      run: async (ended) => {
        const held = await options.database.transaction((transaction) => this.#record(transaction, ended));
        return ended.map(({ job }) => ({ ok: true, value: held.has(job.id) }));
      },
    });
  }

  stop(): void {
    this.#stopping.abort();
    this.#wakeUp();
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async run(): Promise<void> {
    const forget = onJobsEnqueued(this.#options.database, () => this.#wakeUp());
    while (!this.#stopped) {
      try {
        await this.#keepLeases();
        if (await this.#claim()) continue;
        await this.#sleep();
      } catch (error) {
        this.#options.log.warn(
          { err: error, kind: this.#kind.kind },
          "jobs could not be claimed; it will be tried again",
        );
        await pause(RETRY_PAUSE_MS);
      }
    }
    forget();
    while (this.#attempts.size > 0) {
      await Promise.race([Promise.all(this.#attempts), pause(DRAIN_LOOK_MS, undefined, { ref: false })]);
      // Without its lease another worker would begin what this one is ending; when it cannot be kept, that happens.
      await this.#keepLeases().catch((error: unknown) =>
        this.#options.log.warn({ err: error, kind: this.#kind.kind }, "leases could not be kept while stopping"),
      );
    }
  }

  /** True when there may be more that can begin at once. */
  async #claim(): Promise<boolean> {
    const free = this.#kind.concurrency - this.#inHand.size;
    const lanes = this.#freeLanes(free);
    if (lanes.length === 0) return false;
    const { jobs, setAside } = await claimJobs(this.#options.database, this.#kind.kind, lanes, free);
    if (jobs.length > 0) this.#begin(jobs);
    return jobs.length > 0 || setAside > 0;
  }

  /** Another lane is served first each time, so that none starves where all together want more than there is. */
  #freeLanes(free: number): LaneCapacity[] {
    if (free <= 0) return [];
    const lanes = (this.#kind.lanes?.(this.#perLane) ?? [{ lane: "", free }]).filter((lane) => lane.free > 0);
    const first = this.#turn++ % Math.max(1, lanes.length);
    return [...lanes.slice(first), ...lanes.slice(0, first)];
  }

  #begin(jobs: readonly ClaimedJob[]): void {
    const lost = new AbortController();
    for (const job of jobs) {
      this.#inHand.set(job.id, { job, lost });
      this.#perLane.set(job.lane, (this.#perLane.get(job.lane) ?? 0) + 1);
    }
    const outcomes = this.#kind.start(jobs, lost.signal, this.#stopping.signal);
    jobs.forEach((job, index) => {
      const attempt = this.#finish(job, outcomes[index]!).finally(() => this.#attempts.delete(attempt));
      this.#attempts.add(attempt);
    });
  }

  async #finish(job: ClaimedJob, running: Promise<JobOutcome>): Promise<void> {
    const begun = performance.now();
    const outcome = await running.catch((error: unknown): JobOutcome => {
      this.#options.log.error({ err: error, kind: this.#kind.kind, job: job.id }, "a job failed on our side");
      return { done: false, reason: `It failed on our side: ${String(error)}` };
    });
    observeAttempt(this.#kind.kind, outcome, performance.now() - begun);
    try {
      if (!(await this.#ends.submit({ job, outcome }))) observeLostLease(this.#kind.kind);
    } catch (error) {
      // Its lease runs out, and somebody does it again.
      this.#options.log.warn(
        { err: error, kind: this.#kind.kind, job: job.id },
        "the end of a job could not be recorded",
      );
    }
    this.#inHand.delete(job.id);
    const left = this.#perLane.get(job.lane)! - 1;
    if (left === 0) this.#perLane.delete(job.lane);
    else this.#perLane.set(job.lane, left);
    this.#wakeUp();
  }

  async #record(transaction: Transaction, ended: readonly EndedAttempt[]): Promise<ReadonlySet<string>> {
    // In the order of their IDs, as everybody locks jobs.
    const ends = ended.map((attempt) => this.#endOf(attempt)).sort((a, b) => (a.job.id < b.job.id ? -1 : 1));
    const held = await endAttempts(transaction, ends);
    const { kind, parking } = this.#kind;
    await this.#kind.record?.(
      transaction,
      ended.filter(({ job }) => held.has(job.id)),
    );
    this.#options.reports.parked(
      transaction,
      ends.flatMap(({ job, state, error }) =>
        state === "parked" && held.has(job.id)
          ? [
              {
                id: job.id,
                kind,
                lane: job.lane,
                orderingKey: job.orderingKey,
                reason: error!,
                ownerTeam: parking.ownerTeam,
                nextAction: parking.nextAction,
                deadlineAt: held.get(job.id)!.deadlineAt!,
              },
            ]
          : [],
      ),
    );
    return new Set(held.keys());
  }

  #endOf({ job, outcome }: EndedAttempt): AttemptEnd {
    const end = { job, pauseMs: 0, counts: true, error: null, ownerTeam: null, deadlineMs: null };
    if (outcome.done) return { ...end, state: "done" };
    if ("postponedMs" in outcome) return { ...end, state: "waiting", pauseMs: outcome.postponedMs, counts: false };
    const scheduled = this.#kind.retryPausesMs[job.attempts - 1];
    const error = outcome.reason.slice(0, LONGEST_REASON);
    if (outcome.park === true || scheduled === undefined) {
      const { ownerTeam, deadlineMs } = this.#kind.parking;
      return { ...end, state: "parked", error, ownerTeam, deadlineMs };
    }
    return { ...end, state: "waiting", pauseMs: outcome.retryAfterMs ?? withJitter(scheduled), error };
  }

  async #keepLeases(): Promise<void> {
    const now = performance.now();
    if (now >= this.#renewAt) {
      this.#renewAt = now + RENEW_MS;
      await this.#renew();
    }
    if (now >= this.#checkExpiredAt) {
      this.#checkExpiredAt = now + EXPIRED_CHECK_MS;
      await this.#takeBackExpired();
    }
  }

  async #renew(): Promise<void> {
    if (this.#inHand.size === 0) return;
    const inHand = [...this.#inHand.values()];
    const ours = await renewLeases(
      this.#options.database,
      inHand.map(({ job }) => job),
    );
    // Those that have just been recorded are no longer in hand; the others were taken over.
    for (const { job, lost } of inHand) if (!ours.has(job.id) && this.#inHand.has(job.id)) lost.abort();
  }

  /** What a worker that died had in hand counts as a failed attempt, so that what kills workers is parked in the end. */
  async #takeBackExpired(): Promise<void> {
    const jobs = await readExpiredJobs(this.#options.database, this.#kind.kind, EXPIRED_PER_CHECK);
    const reason = "The worker stopped before it could tell the outcome.";
    await Promise.all(jobs.map((job) => this.#ends.submit({ job, outcome: { done: false, reason, retryAfterMs: 0 } })));
  }

  #wakeUp(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Until something may have changed, or the next poll is due. */
  async #sleep(): Promise<void> {
    if (!this.#woken && !this.#stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#options.pollMs ?? POLL_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = () => {};
    }
    this.#woken = false;
  }
}
