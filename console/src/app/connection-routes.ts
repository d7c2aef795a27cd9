import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "./root-routes.ts";
import { onlyThese } from "./search-parameters.ts";

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections",
  component: lazyRouteComponent(() => import("../screens/connect-systems/webhooks.tsx"), "Webhooks"),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections/$webhookId",
  validateSearch: onlyThese(["state", "type", "entity"]),
  component: lazyRouteComponent(() => import("../screens/connect-systems/webhook.tsx"), "WebhookPage"),
});

const editWebhook = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections/$webhookId/edit",
  component: lazyRouteComponent(() => import("../screens/connect-systems/edit-webhook.tsx"), "EditWebhook"),
});

const newWebhook = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/webhook",
  component: lazyRouteComponent(() => import("../screens/connect-systems/edit-webhook.tsx"), "NewWebhook"),
});

const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: "/deliveries/$deliveryId",
  component: lazyRouteComponent(() => import("../screens/connect-systems/delivery.tsx"), "DeliveryPage"),
});

const parkedJobs = createRoute({
  getParentRoute: () => signedIn,
  path: "/jobs",
  validateSearch: onlyThese(["kind"]),
  component: lazyRouteComponent(() => import("../screens/connect-systems/parked-jobs.tsx"), "ParkedJobs"),
});

const sources = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections/sources",
  component: lazyRouteComponent(() => import("../screens/receive-events/sources.tsx"), "Sources"),
});

const source = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections/sources/$code",
  validateSearch: onlyThese(["state", "type"]),
  component: lazyRouteComponent(() => import("../screens/receive-events/source.tsx"), "SourcePage"),
});

const sourceDraft = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections/sources/$code/draft",
  component: lazyRouteComponent(() => import("../screens/receive-events/source-draft.tsx"), "SourceDraft"),
});

const feeds = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections/feeds",
  component: lazyRouteComponent(() => import("../screens/tell-channels/feeds.tsx"), "Feeds"),
});

const editFeed = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections/feeds/$code",
  component: lazyRouteComponent(() => import("../screens/tell-channels/edit-feed.tsx"), "EditFeed"),
});

const newFeed = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/feed",
  component: lazyRouteComponent(() => import("../screens/tell-channels/edit-feed.tsx"), "NewFeed"),
});

const inboundEvent = createRoute({
  getParentRoute: () => signedIn,
  path: "/inbound-events/$eventId",
  component: lazyRouteComponent(() => import("../screens/receive-events/inbound-event.tsx"), "InboundEventPage"),
});

/** Pages about other systems that are told what happens here, or that tell us. */
export const connectionRoutes = [
  webhooks,
  webhook,
  editWebhook,
  newWebhook,
  delivery,
  parkedJobs,
  sources,
  source,
  sourceDraft,
  feeds,
  editFeed,
  newFeed,
  inboundEvent,
] as const;
