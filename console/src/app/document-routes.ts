import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "./root-routes.ts";
import { onlyThese } from "./search-parameters.ts";

const workflows = createRoute({
  getParentRoute: () => signedIn,
  path: "/changes/workflows",
  component: lazyRouteComponent(() => import("../screens/change-workflows/workflows.tsx"), "Workflows"),
});

const workflow = createRoute({
  getParentRoute: () => signedIn,
  path: "/changes/workflows/$code",
  validateSearch: onlyThese(["version"]),
  component: lazyRouteComponent(() => import("../screens/change-workflows/workflow.tsx"), "WorkflowPage"),
});

const workflowDraft = createRoute({
  getParentRoute: () => signedIn,
  path: "/changes/workflows/$code/draft",
  component: lazyRouteComponent(() => import("../screens/change-workflows/draft.tsx"), "WorkflowDraft"),
});

const choices = createRoute({
  getParentRoute: () => signedIn,
  path: "/changes/choices",
  component: lazyRouteComponent(() => import("../screens/choose-workflows/choices.tsx"), "Choices"),
});

const choice = createRoute({
  getParentRoute: () => signedIn,
  path: "/changes/choices/$code",
  validateSearch: onlyThese(["version"]),
  component: lazyRouteComponent(() => import("../screens/choose-workflows/choice.tsx"), "ChoicePage"),
});

const choiceDraft = createRoute({
  getParentRoute: () => signedIn,
  path: "/changes/choices/$code/draft",
  component: lazyRouteComponent(() => import("../screens/choose-workflows/choice-draft.tsx"), "ChoiceDraft"),
});

const templates = createRoute({
  getParentRoute: () => signedIn,
  path: "/message-templates",
  validateSearch: onlyThese(["trigger", "medium", "language", "due"]),
  component: lazyRouteComponent(() => import("../screens/write-messages/templates.tsx"), "Templates"),
});

const template = createRoute({
  getParentRoute: () => signedIn,
  path: "/message-templates/$code",
  validateSearch: onlyThese(["version"]),
  component: lazyRouteComponent(() => import("../screens/write-messages/template.tsx"), "TemplatePage"),
});

const templateDraft = createRoute({
  getParentRoute: () => signedIn,
  path: "/message-templates/$code/draft",
  component: lazyRouteComponent(() => import("../screens/write-messages/template-draft.tsx"), "TemplateDraft"),
});

const senders = createRoute({
  getParentRoute: () => signedIn,
  path: "/message-senders",
  component: lazyRouteComponent(() => import("../screens/write-messages/senders.tsx"), "Senders"),
});

const editSender = createRoute({
  getParentRoute: () => signedIn,
  path: "/message-senders/$code",
  component: lazyRouteComponent(() => import("../screens/write-messages/edit-sender.tsx"), "EditSender"),
});

const newSender = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/message-sender",
  component: lazyRouteComponent(() => import("../screens/write-messages/edit-sender.tsx"), "NewSender"),
});

const controls = createRoute({
  getParentRoute: () => signedIn,
  path: "/availability-rules",
  validateSearch: onlyThese(["version"]),
  component: lazyRouteComponent(() => import("../screens/rule-availability/controls-page.tsx"), "ControlsPage"),
});

const controlsDraft = createRoute({
  getParentRoute: () => signedIn,
  path: "/availability-rules/draft",
  component: lazyRouteComponent(() => import("../screens/rule-availability/controls-draft.tsx"), "ControlsDraft"),
});

const methods = createRoute({
  getParentRoute: () => signedIn,
  path: "/delivery/methods",
  component: lazyRouteComponent(() => import("../screens/promise-delivery/delivery-list.tsx"), "FulfillmentMethods"),
});

const method = createRoute({
  getParentRoute: () => signedIn,
  path: "/delivery/methods/$code",
  validateSearch: onlyThese(["version"]),
  component: lazyRouteComponent(() => import("../screens/promise-delivery/delivery-document.tsx"), "MethodPage"),
});

const methodDraft = createRoute({
  getParentRoute: () => signedIn,
  path: "/delivery/methods/$code/draft",
  component: lazyRouteComponent(() => import("../screens/promise-delivery/delivery-draft.tsx"), "MethodDraft"),
});

const services = createRoute({
  getParentRoute: () => signedIn,
  path: "/delivery/services",
  component: lazyRouteComponent(() => import("../screens/promise-delivery/delivery-list.tsx"), "CarrierServices"),
});

const service = createRoute({
  getParentRoute: () => signedIn,
  path: "/delivery/services/$code",
  validateSearch: onlyThese(["version"]),
  component: lazyRouteComponent(() => import("../screens/promise-delivery/delivery-document.tsx"), "ServicePage"),
});

const serviceDraft = createRoute({
  getParentRoute: () => signedIn,
  path: "/delivery/services/$code/draft",
  component: lazyRouteComponent(() => import("../screens/promise-delivery/delivery-draft.tsx"), "ServiceDraft"),
});

const tryDelivery = createRoute({
  getParentRoute: () => signedIn,
  path: "/delivery/when-would-it-arrive",
  component: lazyRouteComponent(() => import("../screens/promise-delivery/try-delivery.tsx"), "TryDeliveryPage"),
});

const configuration = createRoute({
  getParentRoute: () => signedIn,
  path: "/configuration",
  component: lazyRouteComponent(() => import("../screens/move-configuration/configuration.tsx"), "Configuration"),
});

const measuredBuffers = createRoute({
  getParentRoute: () => signedIn,
  path: "/measured-buffers",
  validateSearch: onlyThese(["sku", "location", "percent"]),
  component: lazyRouteComponent(() => import("../screens/rule-availability/measured-buffers.tsx"), "MeasuredBuffers"),
});

/** Pages about what business users draft, try and publish. */
export const documentRoutes = [
  workflows,
  workflow,
  workflowDraft,
  choices,
  choice,
  choiceDraft,
  templates,
  template,
  templateDraft,
  senders,
  editSender,
  newSender,
  controls,
  controlsDraft,
  methods,
  method,
  methodDraft,
  services,
  service,
  serviceDraft,
  tryDelivery,
  configuration,
  measuredBuffers,
] as const;
