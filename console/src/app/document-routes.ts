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
  controls,
  controlsDraft,
] as const;
