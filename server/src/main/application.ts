import { readFile, readdir } from "node:fs/promises";
import type { Logger } from "pino";
import {
  followSources,
  inboundRoutes,
  remedyInboundEvents,
  remedyWebhooks,
  type SourceDirectory,
  sourceDocuments,
} from "../integrations/public.ts";
import { integrationRoutes } from "../integrations/routes.ts";
import {
  actorNames,
  type Authenticator,
  createAuthenticator,
  ensureShippedRoles,
  userAddresses,
} from "../access/public.ts";
import { accessRoutes } from "../access/routes.ts";
import {
  ChannelTelling,
  controlDocuments,
  createAvailabilityIndex,
  createFeedsInForce,
  createFeedWatch,
  feedDocuments,
  followControls,
  followMeasuredBuffers,
  readBestSellers,
} from "../availability/public.ts";
import { availabilityRoutes, feedRoutes } from "../availability/routes.ts";
import { carrierDocuments, createCarrierServices } from "../carriers/public.ts";
import { createSkuDirectory, skuImportKind } from "../catalog/public.ts";
import { catalogRoutes } from "../catalog/routes.ts";
import { shipmentQueries } from "../fulfillment/public.ts";
import { fulfillmentRoutes } from "../fulfillment/routes.ts";
import { stockImportKind } from "../inventory/public.ts";
import { inventoryRoutes } from "../inventory/routes.ts";
import { createMessages, messageDocuments, type Messages } from "../messages/public.ts";
import { messageRoutes } from "../messages/routes.ts";
import { channelImportKind, createNetworkDirectory, locationImportKind, networkImportKind } from "../network/public.ts";
import { networkRoutes } from "../network/routes.ts";
import {
  type ActionDependencies,
  actionRoutes,
  createBackorderSourcing,
  createWaitingPromises,
  customerQuestions,
  createLocationLoad,
  createOrderCapture,
  createOrderChanges,
  decideOnOrders,
  orderMessages,
  orNone,
  orderMessageTriggers,
  fulfillmentOrderEntityType,
  massActionRoutes,
  orderEntityType,
  moveFulfillmentOrders,
  moveOrders,
  orderSteps,
  type PromiseWaiting,
  type SourceBackorders,
  type ChangeOrder,
  remedyTimers,
} from "../orders/public.ts";
import { orderRoutes } from "../orders/routes.ts";
import { systemClock } from "../platform/clock.ts";
import { type Database, openDatabase } from "../platform/db/database.ts";
import type { DocumentKind } from "../platform/documents/document-kind.ts";
import { followPublications } from "../platform/documents/follow-publications.ts";
import { documentRoutes } from "../platform/documents/routes.ts";
import { shipDocuments } from "../platform/documents/ship-documents.ts";
import { createFeedReader, type FeedReader } from "../platform/events/feed-reader.ts";
import { eventRoutes } from "../platform/events/routes.ts";
import type { Route } from "../platform/http/route.ts";
import type { ImportKind } from "../platform/imports/kinds.ts";
import { importRoutes } from "../platform/imports/routes.ts";
import { jobRoutes } from "../platform/jobs/routes.ts";
import { type OutboundPolicy, PUBLIC_ONLY } from "../platform/outbound/address-policy.ts";
import { createOutbound, type Outbound } from "../platform/outbound/send-outbound.ts";
import { followReleases } from "../platform/releases.ts";
import type { SecretBox } from "../platform/secrets.ts";
import {
  createFulfillmentMethods,
  methodDocuments,
  recommendationRoutes,
  recommendBeside,
} from "../promising/public.ts";
import { promisingRoutes } from "../promising/routes.ts";
import { auditChecks } from "./audit-checks.ts";
import { reportingRoutes } from "../reporting/routes.ts";
import {
  createTaskDesk,
  exceptionLevelDocuments,
  type PlanEscalation,
  planEscalations,
  remedyJobs,
  reportMessages,
  reportParkedJobs,
  taskQueueDocuments,
  writeAlert,
} from "../tasks/public.ts";
import { taskRoutes } from "../tasks/routes.ts";
import { fewestThenNearest } from "../sourcing/public.ts";
import { createEngine, selectionDocuments, vocabularyOf, workflowDocuments } from "../workflow/public.ts";
import { workflowRoutes } from "../workflow/routes.ts";
import { openMessagePorts, shippedTemplates } from "./messaging.ts";
import { controlsReport } from "./report-controls.ts";
import { type Messaging, NO_MESSAGING } from "./messaging-settings.ts";

/** Everything a process of Orrery has in memory; API and workers share it when they are one process. */
export interface Application {
  database: Database;
  authenticator: Authenticator;
  reader: FeedReader;
  routes: Route[];
  /** What CSV files can be imported. */
  importKinds: ImportKind[];
  /** The way to where users let things be sent. */
  outbound: Outbound;
  secrets: SecretBox;
  messages: Messages;
  changeOrder: ChangeOrder;
  sourceBackorders: SourceBackorders;
  promiseWaiting: PromiseWaiting;
  /** What this release's workflows may say, as a name. */
  vocabulary: string;
  /** What actions that workflows offer are taken with. */
  actions: ActionDependencies;
  /** Who hears when of exceptions that nobody deals with. */
  planEscalation: PlanEscalation;
  /** Systems that tell events. */
  sources: SourceDirectory;
  /** Begins to tell channels what changes of their availability, if no other process does. */
  tellChannels: () => ChannelTelling;
  /** Looks whether a channel hears of it too late; answers whether there is more to do, which there is not. */
  watchFeeds: () => Promise<boolean>;
  close(): Promise<void>;
}

export interface ApplicationOptions {
  databaseUrl: string;
  log: Logger;
  /** Seals what other systems confide to us. */
  secrets: SecretBox;
  /** Absent: the public internet by https. */
  outboundPolicy?: OutboundPolicy;
  /** Absent: nothing is sent to customers, and the outbox keeps it. */
  messaging?: Messaging;
  connections?: number;
}

/** Work of a location that says no cut-off still has a deadline (X4). */
const WITHOUT_CUT_OFF_MS = 24 * 3_600_000;
const WORKFLOWS = new URL("../../workflows/", import.meta.url);
const SELECTIONS = new URL("../../workflow-selections/", import.meta.url);

/** Wires the modules, lower ones first; no logic of its own. */
export async function openApplication({
  databaseUrl,
  log,
  secrets,
  outboundPolicy = PUBLIC_ONLY,
  messaging = NO_MESSAGING,
  connections,
}: ApplicationOptions): Promise<Application> {
  const onError = (error: unknown): void =>
    log.warn({ err: error }, "background refresh failed; it will be tried again");
  const database = openDatabase({
    url: databaseUrl,
    onIdleError: onError,
    ...(connections === undefined ? {} : { connections }),
  });
  const clock = systemClock;
  await ensureShippedRoles(database);
  const entityTypes = [orderEntityType, fulfillmentOrderEntityType];
  const [workflows, selections] = await Promise.all([readShipped(WORKFLOWS), readShipped(SELECTIONS)]);
  const publications = await followPublications({ database, onError });
  const vocabulary = vocabularyOf(entityTypes);
  const releases = await followReleases({ database, name: vocabulary, onError });
  const network = await createNetworkDirectory({ database, onError });
  const documentKinds: DocumentKind[] = [
    taskQueueDocuments(),
    exceptionLevelDocuments(publications),
    controlDocuments({ network, clock }),
    feedDocuments(network, publications),
    carrierDocuments(),
    methodDocuments(network, publications),
    workflowDocuments({ entityTypes, shipped: workflows }),
    selectionDocuments({
      entityTypes,
      shipped: selections,
      published: () => [...[...publications.inForce("workflow").values()].map(({ content }) => content), ...workflows],
    }),
    ...messageDocuments({ triggers: orderMessageTriggers }, await shippedTemplates()),
    sourceDocuments(),
  ];
  await shipDocuments(database, documentKinds, clock);
  await publications.refresh();
  const authenticator = createAuthenticator({ database, clock, onPollFailure: onError });
  const measured = await followMeasuredBuffers({ database, onError });
  const controls = await followControls({
    publications,
    network,
    clock,
    measured,
    report: controlsReport({ database, clock }, log),
  });
  const [skus, index, engine] = await Promise.all([
    createSkuDirectory({ database, onError }),
    createAvailabilityIndex({ database, onError }),
    createEngine({
      database,
      entityTypes,
      steps: orderSteps,
      publications,
      othersRun: () => releases.othersRun(),
      onError,
    }),
  ]);
  const sources = await followSources(publications, onError);
  const feeds = createFeedsInForce(publications, network);
  const outbound = createOutbound(outboundPolicy);
  const recommending = { database, network, skus, availability: index, controls, policy: fewestThenNearest };
  const reader = createFeedReader({ database, log });
  const desk = createTaskDesk(publications, network);
  const dueAt = (locationId: number, at: Date): Date =>
    network.cutOffAfter(locationId, at) ?? new Date(at.getTime() + WITHOUT_CUT_OFF_MS);
  const load = await createLocationLoad({ database, clock, network, dueAt, onError });
  const orders = {
    database,
    clock,
    network,
    skus,
    engine,
    dueAt,
    desk,
    availability: index,
    controls,
    policy: fewestThenNearest,
    load,
  };
  const captureOrder = createOrderCapture(orders);
  const changeOrder = createOrderChanges(orders);
  const messages = createMessages({
    database,
    clock,
    publications,
    network,
    source: orderMessages(
      database,
      shipmentQueries,
      orNone(
        (basket, limit) => recommendBeside(recommending, basket, limit),
        (error) => log.warn({ err: error }, "recommendations failed; an order is confirmed without"),
      ),
    ),
    reports: reportMessages,
    questions: customerQuestions(database, changeOrder),
    writeStaffLetter: writeAlert,
    ports: openMessagePorts(messaging, clock),
    publicUrl: messaging.publicUrl,
  });
  const sourceBackorders = createBackorderSourcing(orders);
  const promiseWaiting = createWaitingPromises(orders);
  const actions = { ...orders, changeOrder };
  const importKinds = [
    stockImportKind({
      clock,
      isLocation: (code) => network.locationByCode(code) !== undefined,
      bestSellers: async () => (await readBestSellers(database)).map(({ code }) => code),
    }),
    skuImportKind({ clock }),
    locationImportKind({ clock }),
    networkImportKind({ clock }),
    channelImportKind({ clock }),
  ];
  return {
    database,
    authenticator,
    reader,
    importKinds,
    outbound,
    secrets,
    messages,
    changeOrder,
    sourceBackorders,
    promiseWaiting,
    vocabulary,
    actions,
    planEscalation: planEscalations(publications, network),
    sources,
    watchFeeds: createFeedWatch({ database, clock, feeds }),
    tellChannels: () => new ChannelTelling({ database, clock, index, skus, network, controls, feeds, log }),
    routes: [
      ...accessRoutes({ database, clock, authenticator }),
      ...catalogRoutes({ database, clock, skus }),
      ...networkRoutes({ database, clock, network }),
      ...inventoryRoutes({ database, clock, skus, network }),
      ...importRoutes({ database, clock, kinds: importKinds, actorNames: actorNames(database) }),
      ...availabilityRoutes({ database, clock, index, skus, network, controls, measured }),
      ...feedRoutes({ database, feeds, reader, authenticate: authenticator.authenticate, log }),
      ...recommendationRoutes(recommending),
      ...promisingRoutes({
        ...orders,
        services: createCarrierServices(publications),
        methods: createFulfillmentMethods(publications),
        capacityLeft: load.left,
        usedOf: index.usedOf,
      }),
      ...orderRoutes({ database, clock, network, skus, captureOrder, changeOrder, shipments: shipmentQueries }),
      ...actionRoutes(actions),
      ...massActionRoutes({ database, clock, shipments: shipmentQueries, actorNames: actorNames(database) }),
      ...fulfillmentRoutes({ database, changeOrder, sourceBackorders, actions }),
      ...reportingRoutes({ database, clock, auditChecks }),
      ...taskRoutes({
        database,
        clock,
        decideOn: decideOnOrders(changeOrder),
        remedies: {
          jobParked: remedyJobs({ inbound: remedyInboundEvents({ secrets, sources }) }),
          timerFailed: remedyTimers(() => clock.now()),
          ...remedyWebhooks(),
        },
      }),
      ...workflowRoutes({
        database,
        entityTypes,
        movers: {
          order: moveOrders({ database, engine, changeOrder }),
          fulfillmentOrder: moveFulfillmentOrders({ database, engine, changeOrder }),
        },
      }),
      ...documentRoutes({
        database,
        clock,
        kinds: documentKinds,
        publications,
        actorNames: actorNames(database),
      }),
      ...messageRoutes({ messages, kinds: documentKinds, addresses: userAddresses(database) }),
      ...jobRoutes({ database, reports: reportParkedJobs }),
      ...integrationRoutes({ database, clock, outbound, secrets }),
      ...inboundRoutes({ database, clock, secrets, sources }),
      ...eventRoutes({ database, reader, authenticate: authenticator.authenticate }),
    ],
    close: async () => {
      reader.stop();
      authenticator.stop();
      await messages.close();
      await Promise.all([
        outbound.close(),
        load.stop(),
        network.stop(),
        skus.stop(),
        index.stop(),
        measured.stop(),
        publications.stop(),
        releases.stop(),
      ]);
      await database.close();
    },
  };
}

async function readShipped(folder: URL): Promise<unknown[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(new URL(name, folder), "utf8")) as unknown),
  );
}
