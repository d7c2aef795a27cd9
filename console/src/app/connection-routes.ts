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

/** Pages about other systems that are told what happens here. */
export const connectionRoutes = [webhooks, webhook, editWebhook, newWebhook, delivery, parkedJobs] as const;
