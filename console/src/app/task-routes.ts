import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "./root-routes.ts";
import { onlyThese } from "./search-parameters.ts";

const tasks = createRoute({
  getParentRoute: () => signedIn,
  path: "/tasks",
  validateSearch: onlyThese([
    "show",
    "queue",
    "location",
    "team",
    "overdue",
    "assignee",
    "entityType",
    "outcome",
    "closedFrom",
    "closedTo",
    "task",
  ]),
  component: lazyRouteComponent(() => import("../screens/do-tasks/task-inbox.tsx"), "TaskInbox"),
});

const task = createRoute({
  getParentRoute: () => signedIn,
  path: "/tasks/$taskId",
  component: lazyRouteComponent(() => import("../screens/do-tasks/task-page.tsx"), "TaskPage"),
});

const queues = createRoute({
  getParentRoute: () => signedIn,
  path: "/task-queues",
  component: lazyRouteComponent(() => import("../screens/do-tasks/queues.tsx"), "TaskQueues"),
});

const queue = createRoute({
  getParentRoute: () => signedIn,
  path: "/task-queues/$code",
  component: lazyRouteComponent(() => import("../screens/do-tasks/edit-queue.tsx"), "EditQueue"),
});

const newQueue = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/task-queue",
  component: lazyRouteComponent(() => import("../screens/do-tasks/edit-queue.tsx"), "NewQueue"),
});

/** Pages about what workflows ask of people. */
export const taskRoutes = [tasks, task, queues, queue, newQueue] as const;
