import type { Logger } from "pino";
import { webhookConsumer } from "../integrations/consumers.ts";
import {
  boundDeliveries,
  continueReplays,
  endDeliveriesOfRemoved,
  forgetOldAttempts,
  forgetOldInbound,
  inboundJobKind,
  WebhookDirectory,
  webhookJobKind,
} from "../integrations/public.ts";
import { expireHolds, tellLateSupplies } from "../inventory/public.ts";
import { forgetOldMessages, messageConsumer, messageJobs, staffMailJobs } from "../messages/public.ts";
import {
  allocateArrivals,
  callJobKind,
  fireTimers,
  leftToNewerRelease,
  massActionJobs,
  ownStoppedMassActions,
  resolveShorts,
  requestSupplies,
  tellOverdue,
} from "../orders/public.ts";
import { forgetOldCheckouts } from "../promising/public.ts";
import { systemClock } from "../platform/clock.ts";
import { keepPartitions } from "../platform/db/keep-partitions.ts";
import { followFeed } from "../platform/events/follow-feed.ts";
import { startSequencer } from "../platform/events/sequencer.ts";
import { forgetOldAnswers } from "../platform/http/forget-answers.ts";
import { startImportWorker } from "../platform/imports/run-imports.ts";
import { forgetEndedJobs } from "../platform/jobs/forget-jobs.ts";
import { measureJobs } from "../platform/jobs/job-metrics.ts";
import { repeat } from "../platform/jobs/repeat.ts";
import { startJobWorker } from "../platform/jobs/run-jobs.ts";
import { basketConsumer, forgetBaskets } from "../promising/public.ts";
import {
  alertConsumer,
  escalateExceptions,
  escalateTasks,
  reportBlockedConsumers,
  reportParkedJobs,
} from "../tasks/public.ts";
import type { Application } from "./application.ts";

const HOUR_MS = 3_600_000;

export interface Worker {
  stop(): Promise<void>;
}

/** Everything that happens without a request: the event feed, waiting orders, shorts. One process of all does each. */
export function startWorker(application: Application, log: Logger): Worker {
  const { database, reader, importKinds, outbound, secrets, messages, changeOrder, sourceBackorders, promiseWaiting } =
    application;
  const sequencer = startSequencer({ database, log });
  const imports = startImportWorker({ database, clock: systemClock, kinds: importKinds, log });
  const telling = application.tellChannels();
  const directory = new WebhookDirectory({
    database,
    secrets,
    onError: (error) => log.warn({ err: error }, "webhooks could not be read; it will be tried again"),
  });
  const webhooks = webhookJobKind({ database, clock: systemClock, outbound, directory });
  const left = (): number[] => leftToNewerRelease(application.actions.engine, systemClock.now());
  const calls = callJobKind({ database, outbound, secrets, clock: systemClock, changeOrder, left });
  const jobWorker = startJobWorker({
    database,
    kinds: [
      webhooks,
      messageJobs(messages),
      staffMailJobs(messages),
      massActionJobs(application.actions),
      calls,
      inboundJobKind(application),
    ],
    reports: reportParkedJobs,
    log,
  });
  const blocked = reportBlockedConsumers(database, systemClock);
  const following = [webhookConsumer, messageConsumer(messages), alertConsumer(messages), basketConsumer].map(
    (consumer) => followFeed(consumer, { database, reader, log, ...blocked }),
  );
  // Two releases side by side: each has a turn at the workflows that it understands, and leaves the others alone.
  const ownTurn = (name: string): string => `${name} ${application.vocabulary}`;
  const jobs = [
    repeat({
      database,
      log,
      name: ownTurn("sourceBackorders"),
      everyMs: 1_000,
      work: async () => (await sourceBackorders()) > 0,
    }),
    repeat({
      database,
      log,
      name: ownTurn("allocateArrivals"),
      everyMs: 1_000,
      work: async () => (await allocateArrivals(database, changeOrder)) > 0,
    }),
    repeat({
      database,
      log,
      name: ownTurn("promiseWaiting"),
      everyMs: 1_000,
      work: async () => (await promiseWaiting()) > 0,
    }),
    repeat({
      database,
      log,
      name: ownTurn("resolveShorts"),
      everyMs: 1_000,
      work: async () => (await resolveShorts({ database, changeOrder, sourceBackorders })) > 0,
    }),
    repeat({
      database,
      log,
      name: "requestSupplies",
      everyMs: 10_000,
      work: () => requestSupplies(database, systemClock),
    }),
    repeat({
      database,
      log,
      name: "tellLateSupplies",
      everyMs: 1_000,
      work: () => tellLateSupplies(database, systemClock),
    }),
    repeat({ database, log, name: "expireHolds", everyMs: 1_000, work: () => expireHolds(database) }),
    repeat({ database, log, name: "watchFeeds", everyMs: 5_000, work: application.watchFeeds }),
    repeat({ database, log, name: "forgetOldAnswers", everyMs: HOUR_MS, work: () => forgetOldAnswers(database) }),
    repeat({ database, log, name: "continueReplays", everyMs: 1_000, work: () => continueReplays(database) }),
    repeat({ database, log, name: "endDeliveries", everyMs: 5_000, work: () => endDeliveriesOfRemoved(database) }),
    repeat({ database, log, name: "boundDeliveries", everyMs: 60_000, work: () => boundDeliveries(database) }),
    repeat({ database, log, name: "forgetOldAttempts", everyMs: HOUR_MS, work: () => forgetOldAttempts(database) }),
    repeat({ database, log, name: "forgetOldInbound", everyMs: HOUR_MS, work: () => forgetOldInbound(database) }),
    repeat({ database, log, name: "forgetEndedJobs", everyMs: HOUR_MS, work: () => forgetEndedJobs(database) }),
    repeat({ database, log, name: "forgetOldMessages", everyMs: HOUR_MS, work: () => forgetOldMessages(database) }),
    repeat({ database, log, name: "forgetOldCheckouts", everyMs: HOUR_MS, work: () => forgetOldCheckouts(database) }),
    repeat({ database, log, name: "forgetBaskets", everyMs: HOUR_MS, work: () => forgetBaskets(database) }),
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
    repeat({ database, log, name: "escalateTasks", everyMs: 1_000, work: () => escalateTasks(database) }),
    repeat({
      database,
      log,
      name: "escalateExceptions",
      everyMs: 1_000,
      work: () => escalateExceptions(database, application.planEscalation),
    }),
    repeat({
      database,
      log,
      name: ownTurn("fireTimers"),
      everyMs: 1_000,
      work: async () => (await fireTimers(database, changeOrder, left())) > 0,
    }),
    repeat({
      database,
      log,
      name: "ownStoppedMassActions",
      everyMs: 60_000,
      work: () => ownStoppedMassActions(database),
    }),
    repeat({
      database,
      log,
      name: ownTurn("tellOverdue"),
      everyMs: 5_000,
      work: () => tellOverdue(database, changeOrder),
    }),
  ];
  return {
    stop: async () => {
      await Promise.all(following.map((one) => one.stop()));
      await Promise.all([
        telling.stop(),
        imports.stop(),
        jobWorker.stop(),
        directory.stop(),
        ...jobs.map((job) => job.stop()),
      ]);
      await sequencer.stop();
    },
  };
}
