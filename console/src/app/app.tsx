import { MantineProvider, type CSSVariablesResolver } from "@mantine/core";
import { notificationsStore } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useSyncExternalStore } from "react";
import { Problem } from "../api/problem.ts";
import { sessionQuery } from "../api/session.ts";
import { createConsoleRouter } from "./router.tsx";
import { theme } from "./theme.ts";

const maxRetries = 2;

/** A session that ended (expired, revoked) is noticed by whichever request comes next; the person signs in again. */
function noticeEndOfSession(error: unknown): void {
  if (!(error instanceof Problem) || error.status !== 401 || !queries.getQueryData(sessionQuery.queryKey)) return;
  queries.setQueryData(sessionQuery.queryKey, null);
  void router.invalidate();
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEndOfSession }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
  defaultOptions: {
    queries: {
      // What is on screen is kept fresh by events; this only bounds what is shown again after a while away.
      staleTime: 15_000,
      retry: (failures, error) => failures < maxRetries && isPassing(error),
      refetchOnWindowFocus: true,
    },
  },
});

function isPassing(error: unknown): boolean {
  return !(error instanceof Problem) || error.status === 429 || error.status >= 500;
}

const router = createConsoleRouter(queries);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** The components' own colors, told in the console's few (base.css), so that both schemes are tuned in one place. */
const semantic = {
  "--mantine-color-dimmed": "var(--ink-faint)",
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-error": "var(--danger)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-accent-light": "var(--accent-wash)",
  "--mantine-color-accent-light-hover": "var(--accent-wash)",
  "--mantine-color-accent-light-color": "var(--accent-ink)",
};

const Notices = lazy(() => import("./notices.tsx"));

/** Once true it stays so: what is on screen has to be able to leave again. */
let wasNotice = false;
function hasNotice(): boolean {
  wasNotice ||= notificationsStore.getState().notifications.length > 0;
  return wasNotice;
}

const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: semantic, dark: semantic });

export function App() {
  const hasNotices = useSyncExternalStore(notificationsStore.subscribe, hasNotice);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        {hasNotices && (
          <Suspense>
            <Notices />
          </Suspense>
        )}
      </QueryClientProvider>
    </MantineProvider>
  );
}
