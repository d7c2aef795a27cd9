import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { sessionQuery } from "../api/session.ts";
import { onlyThese } from "./search-parameters.ts";

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

export const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: onlyThese(["next"]),
  component: lazyRouteComponent(() => import("../screens/sign-in/sign-in.tsx"), "SignIn"),
});

/** Everything behind the sign-in. The session is the only thing that a page waits for before it draws. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
  },
  component: lazyRouteComponent(() => import("./shell.tsx"), "Shell"),
});
