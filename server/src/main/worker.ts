import type { Logger } from "pino";
import { fireTimers, resolveShorts } from "../orders/public.ts";
import { systemClock } from "../platform/clock.ts";
import { keepPartitions } from "../platform/db/keep-partitions.ts";
import { startSequencer } from "../platform/events/sequencer.ts";
import { forgetOldAnswers } from "../platform/http/forget-answers.ts";
import { startImportWorker } from "../platform/imports/run-imports.ts";
import { forgetEndedJobs } from "../platform/jobs/forget-jobs.ts";
import { measureJobs } from "../platform/jobs/job-metrics.ts";
import { repeat } from "../platform/jobs/repeat.ts";
import { startJobWorker } from "../platform/jobs/run-jobs.ts";
import { reportParkedJobs } from "../tasks/public.ts";
import type { Application } from "./application.ts";

const HOUR_MS = 3_600_000;

export interface Worker {
  stop(): Promise<void>;
}

/** Everything that happens without a request: the event feed, waiting orders, shorts. One process of all does each. */
export function startWorker(application: Application, log: Logger): Worker {
  const { database, importKinds, jobKinds, changeOrder, sourceBackorders } = application;
  const sequencer = startSequencer({ database, log });
  const imports = startImportWorker({ database, clock: systemClock, kinds: importKinds, log });
  const jobWorker = startJobWorker({ database, kinds: jobKinds, reports: reportParkedJobs, log });
  const jobs = [
    repeat({
      database,
      log,
      name: "sourceBackorders",
      everyMs: 1_000,
      work: async () => (await sourceBackorders()) > 0,
    }),
    repeat({
      database,
      log,
      name: "resolveShorts",
      everyMs: 1_000,
      work: async () => (await resolveShorts({ database, changeOrder, sourceBackorders })) > 0,
    }),
    repeat({ database, log, name: "forgetOldAnswers", everyMs: HOUR_MS, work: () => forgetOldAnswers(database) }),
    repeat({ database, log, name: "forgetEndedJobs", everyMs: HOUR_MS, work: () => forgetEndedJobs(database) }),
    repeat({ database, log, name: "measureJobs", everyMs: 15_000, work: () => measureJobs(database) }),
    repeat({
      database,
      log,
      name: "keepPartitions",
      everyMs: HOUR_MS,
      work: async () => {
        await keepPartitions(database, log);
        return false;
      },
    }),
    repeat({
      database,
      log,
      name: "fireTimers",
      everyMs: 1_000,
      work: async () => (await fireTimers(database, changeOrder)) > 0,
    }),
  ];
  return {
    stop: async () => {
      await Promise.all([imports.stop(), jobWorker.stop(), ...jobs.map((job) => job.stop())]);
      await sequencer.stop();
    },
  };
}
