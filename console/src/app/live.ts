import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { isEdited } from "../api/edited.ts";
import { useCan } from "../api/session.ts";
import { createLiveRefresh } from "./live-refresh.ts";

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
  supply: ["supplies", "availability"],
  supplyRequest: ["supply-requests"],
  location: ["locations", "location"],
  channel: ["channels"],
  network: ["locations", "networks"],
  sku: ["skus", "positions"],
  import: ["imports", "import"],
  exception: ["exceptions", "overdue"],
  document: ["documents"],
  task: ["tasks", "order", "overdue"],
};

/** A tab that nobody looks at gives its connection back (browsers share six per host among all tabs). */
const hiddenForMs = 20_000;
const reopenAfterMs = 3000;

/** Follows the event feed while the console is visible and refreshes what the events touch. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  const mayFollow = useCan()("events:read");
  useEffect(() => (mayFollow ? followFeed(queries) : undefined), [queries, mayFollow]);
}

function followFeed(queries: QueryClient): () => void {
  let source: EventSource | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const refresh = createLiveRefresh(queries);

  function notice(message: MessageEvent<string>) {
    refresh.touch(shownIn[entityTypeOf(message.data)] ?? []);
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
    refresh.stop();
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
