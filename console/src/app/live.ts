import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { isEdited } from "../api/edited.ts";
import { useCan } from "../api/session.ts";

export type LiveState = "connecting" | "live" | "lost";

let state: LiveState = "connecting";
const listeners = new Set<() => void>();

function enter(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Which lists and pages show something of an entity: their query keys begin with these words. */
const shownIn: Readonly<Record<string, readonly string[]>> = {
  order: ["orders", "order", "fulfillment-orders", "fulfillment-order", "positions", "movements", "exceptions"],
  fulfillmentOrder: ["orders", "order", "fulfillment-orders", "fulfillment-order"],
  stock: ["positions", "movements", "availability"],
  short: ["positions", "exceptions"],
  location: ["locations", "location"],
  channel: ["channels"],
  network: ["locations", "networks"],
  sku: ["skus", "positions"],
  import: ["imports", "import"],
  exception: ["exceptions"],
  document: ["documents"],
  task: ["tasks", "order"],
};

/**
 * A busy system has thousands of events a second and a person reads once a second: what changed is collected and
 * refetched at most this often, and only what is on screen.
 */
const refreshEveryMs = 1000;
/** A tab that nobody looks at gives its connection back (browsers share six per host among all tabs). */
const hiddenForMs = 20_000;
const reopenAfterMs = 3000;

/** So many pages of a list are read again at once. Who has scrolled further sees in the foot as of when the list is. */
const mostPagesRefreshed = 3;

function isCheap(query: Query): boolean {
  const { data } = query.state;
  const pages = typeof data === "object" && data !== null && "pages" in data ? data.pages : undefined;
  return !Array.isArray(pages) || pages.length <= mostPagesRefreshed;
}

/** Follows the event feed while the console is visible and refreshes what the events touch. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  const mayFollow = useCan()("events:read");
  useEffect(() => (mayFollow ? followFeed(queries) : undefined), [queries, mayFollow]);
}

function followFeed(queries: QueryClient): () => void {
  let source: EventSource | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let refreshing: ReturnType<typeof setTimeout> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const touched = new Set<string>();

  function refresh() {
    refreshing = undefined;
    const words = [...touched];
    touched.clear();
    for (const word of words) {
      void queries.invalidateQueries({ queryKey: [word], predicate: isCheap });
      void queries.invalidateQueries({ queryKey: [word], predicate: (query) => !isCheap(query), refetchType: "none" });
    }
  }

  function notice(message: MessageEvent<string>) {
    for (const word of shownIn[entityTypeOf(message.data)] ?? []) touched.add(word);
    if (touched.size > 0) refreshing ??= setTimeout(refresh, refreshEveryMs);
  }

  function open() {
    if (source) return;
    source = new EventSource("/v1/events/stream");
    source.onopen = () => {
      // Whatever happened while nobody listened is unknown: everything on screen is read again, but for what is edited.
      if (state === "lost")
        void queries.invalidateQueries({ refetchType: "active", predicate: (query) => !isEdited(query) });
      enter("live");
    };
    source.onmessage = notice;
    source.onerror = () => {
      enter("lost");
      // The browser tries again by itself, except after a refusal (an old cursor, a restart behind a proxy).
      if (source?.readyState !== EventSource.CLOSED) return;
      source = undefined;
      clearTimeout(reopening);
      reopening = setTimeout(open, reopenAfterMs);
    };
  }

  function close() {
    clearTimeout(reopening);
    source?.close();
    source = undefined;
    enter("lost");
  }

  function onVisibility() {
    clearTimeout(hiding);
    if (document.visibilityState === "visible") open();
    else hiding = setTimeout(close, hiddenForMs);
  }

  document.addEventListener("visibilitychange", onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(hiding);
    clearTimeout(refreshing);
    clearTimeout(reopening);
    source?.close();
    source = undefined;
  };
}

/** `order.captured` is about an order. What is no event touches nothing. */
function entityTypeOf(data: string): string {
  const event: unknown = JSON.parse(data);
  if (typeof event !== "object" || event === null || !("type" in event)) return "";
  return String(event.type).split(".")[0] ?? "";
}
