import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { sessionQuery } from "../api/session.ts";
import { connectionRoutes } from "./connection-routes.ts";
import { Crashed } from "./crashed.tsx";
import { documentRoutes } from "./document-routes.ts";
import { NotFound } from "./not-found.tsx";
import { PagePending } from "./page-pending.tsx";
import { allowedDestinations } from "./navigation.ts";
import { root, signedIn, signIn } from "./root-routes.ts";
import { taskRoutes } from "./task-routes.ts";
import { onlyThese, parseSearch, writeSearch } from "./search-parameters.ts";

const today = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  // Who may not see the figures of the day begins where their own work is.
  beforeLoad: async ({ context }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    const can = (permission: string) => session?.permissions.includes(permission) ?? false;
    if (can("reports:read")) return;
    if (can("fulfillment:write")) throw redirect({ to: "/fulfillment" });
    const [first] = allowedDestinations(can);
    if (first) throw redirect({ to: first.to });
  },
  component: lazyRouteComponent(() => import("../screens/watch-today/today.tsx"), "Today"),
});

const orders = createRoute({
  getParentRoute: () => signedIn,
  path: "/orders",
  validateSearch: onlyThese([
    "query",
    "status",
    "channel",
    "orderedFrom",
    "orderedTo",
    "paymentMethod",
    "shippingMethod",
    "customer",
    "sku",
    "location",
    "held",
    "holdReason",
    "backordered",
    "historical",
  ]),
  component: lazyRouteComponent(() => import("../screens/find-orders/orders.tsx"), "Orders"),
});

const order = createRoute({
  getParentRoute: () => signedIn,
  path: "/orders/$orderId",
  component: lazyRouteComponent(() => import("../screens/handle-order/order.tsx"), "OrderPage"),
});

const massActions = createRoute({
  getParentRoute: () => signedIn,
  path: "/mass-actions",
  component: lazyRouteComponent(() => import("../screens/act-on-orders/mass-actions.tsx"), "MassActions"),
});

const massAction = createRoute({
  getParentRoute: () => signedIn,
  path: "/mass-actions/$massActionId",
  component: lazyRouteComponent(() => import("../screens/act-on-orders/mass-action.tsx"), "MassActionPage"),
});

const fulfillment = createRoute({
  getParentRoute: () => signedIn,
  path: "/fulfillment",
  validateSearch: onlyThese(["query", "status", "location", "dueBefore", "unchanged"]),
  component: lazyRouteComponent(() => import("../screens/fulfill-orders/work-list.tsx"), "WorkList"),
});

const fulfillmentOrder = createRoute({
  getParentRoute: () => signedIn,
  path: "/fulfillment/$fulfillmentOrderId",
  component: lazyRouteComponent(() => import("../screens/fulfill-orders/work-page.tsx"), "WorkPage"),
});

const inventory = createRoute({
  getParentRoute: () => signedIn,
  path: "/inventory",
  validateSearch: onlyThese(["query", "location", "category", "state", "sku"]),
  component: lazyRouteComponent(() => import("../screens/keep-stock/inventory.tsx"), "Inventory"),
});

const stockOfSku = createRoute({
  getParentRoute: () => signedIn,
  path: "/inventory/$sku",
  validateSearch: onlyThese(["location"]),
  component: lazyRouteComponent(() => import("../screens/keep-stock/stock-of-sku.tsx"), "StockOfSku"),
});

const supplies = createRoute({
  getParentRoute: () => signedIn,
  path: "/supplies",
  validateSearch: onlyThese(["sku", "location", "kind", "reference", "dueFrom", "dueUntil", "state"]),
  component: lazyRouteComponent(() => import("../screens/expect-supplies/supplies.tsx"), "Supplies"),
});

const supplyRequests = createRoute({
  getParentRoute: () => signedIn,
  path: "/supply-requests",
  validateSearch: onlyThese(["sku"]),
  component: lazyRouteComponent(() => import("../screens/expect-supplies/supply-requests.tsx"), "SupplyRequests"),
});

const supply = createRoute({
  getParentRoute: () => signedIn,
  path: "/supplies/$supplyId",
  component: lazyRouteComponent(() => import("../screens/expect-supplies/supply-page.tsx"), "SupplyPage"),
});

const locations = createRoute({
  getParentRoute: () => signedIn,
  path: "/locations",
  validateSearch: onlyThese(["query", "type"]),
  component: lazyRouteComponent(() => import("../screens/run-locations/locations.tsx"), "Locations"),
});

const location = createRoute({
  getParentRoute: () => signedIn,
  path: "/locations/$code",
  component: lazyRouteComponent(() => import("../screens/run-locations/location.tsx"), "LocationPage"),
});

const newLocation = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/location",
  component: lazyRouteComponent(() => import("../screens/run-locations/edit-location.tsx"), "NewLocation"),
});

const editLocation = createRoute({
  getParentRoute: () => signedIn,
  path: "/locations/$code/edit",
  component: lazyRouteComponent(() => import("../screens/run-locations/edit-location.tsx"), "EditLocation"),
});

const catalog = createRoute({
  getParentRoute: () => signedIn,
  path: "/catalog",
  validateSearch: onlyThese(["query", "category", "active"]),
  component: lazyRouteComponent(() => import("../screens/keep-catalog/catalog.tsx"), "Catalog"),
});

const sku = createRoute({
  getParentRoute: () => signedIn,
  path: "/catalog/$code",
  component: lazyRouteComponent(() => import("../screens/keep-catalog/sku.tsx"), "SkuPage"),
});

const editSku = createRoute({
  getParentRoute: () => signedIn,
  path: "/catalog/$code/edit",
  component: lazyRouteComponent(() => import("../screens/keep-catalog/edit-sku.tsx"), "EditSku"),
});

const newSku = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/sku",
  component: lazyRouteComponent(() => import("../screens/keep-catalog/edit-sku.tsx"), "NewSku"),
});

const channels = createRoute({
  getParentRoute: () => signedIn,
  path: "/channels",
  component: lazyRouteComponent(() => import("../screens/run-channels/channels.tsx"), "Channels"),
});

const channel = createRoute({
  getParentRoute: () => signedIn,
  path: "/channels/$code",
  component: lazyRouteComponent(() => import("../screens/run-channels/edit-channel.tsx"), "EditChannel"),
});

const newChannel = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/channel",
  component: lazyRouteComponent(() => import("../screens/run-channels/edit-channel.tsx"), "NewChannel"),
});

const networks = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks",
  component: lazyRouteComponent(() => import("../screens/run-channels/networks.tsx"), "Networks"),
});

const network = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks/$code",
  component: lazyRouteComponent(() => import("../screens/run-channels/edit-network.tsx"), "EditNetwork"),
});

const newNetwork = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/network",
  component: lazyRouteComponent(() => import("../screens/run-channels/edit-network.tsx"), "NewNetwork"),
});

const users = createRoute({
  getParentRoute: () => signedIn,
  path: "/access/users",
  component: lazyRouteComponent(() => import("../screens/grant-access/users.tsx"), "Users"),
});

const user = createRoute({
  getParentRoute: () => signedIn,
  path: "/access/users/$userId",
  component: lazyRouteComponent(() => import("../screens/grant-access/edit-user.tsx"), "EditUser"),
});

const newUser = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/user",
  component: lazyRouteComponent(() => import("../screens/grant-access/edit-user.tsx"), "NewUser"),
});

const roles = createRoute({
  getParentRoute: () => signedIn,
  path: "/access/roles",
  component: lazyRouteComponent(() => import("../screens/grant-access/roles.tsx"), "Roles"),
});

const role = createRoute({
  getParentRoute: () => signedIn,
  path: "/access/roles/$code",
  component: lazyRouteComponent(() => import("../screens/grant-access/edit-role.tsx"), "EditRole"),
});

const newRole = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/role",
  component: lazyRouteComponent(() => import("../screens/grant-access/edit-role.tsx"), "NewRole"),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: "/access/keys",
  component: lazyRouteComponent(() => import("../screens/grant-access/keys.tsx"), "Keys"),
});

const newKey = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/key",
  component: lazyRouteComponent(() => import("../screens/grant-access/new-key.tsx"), "NewKey"),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: "/access/audit",
  validateSearch: onlyThese(["from", "to", "actor", "action", "entityId"]),
  component: lazyRouteComponent(() => import("../screens/grant-access/audit.tsx"), "Audit"),
});

const takeOrder = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/order",
  component: lazyRouteComponent(() => import("../screens/take-order/take-order.tsx"), "TakeOrder"),
});

const messages = createRoute({
  getParentRoute: () => signedIn,
  path: "/messages",
  validateSearch: onlyThese(["state", "trigger"]),
  component: lazyRouteComponent(() => import("../screens/send-messages/outbox.tsx"), "Outbox"),
});

const message = createRoute({
  getParentRoute: () => signedIn,
  path: "/messages/$messageId",
  component: lazyRouteComponent(() => import("../screens/send-messages/message.tsx"), "MessagePage"),
});

const exceptions = createRoute({
  getParentRoute: () => signedIn,
  path: "/exceptions",
  validateSearch: onlyThese(["kind", "open", "overdue", "owner"]),
  component: lazyRouteComponent(() => import("../screens/resolve-exceptions/exceptions.tsx"), "Exceptions"),
});

const exceptionLevels = createRoute({
  getParentRoute: () => signedIn,
  path: "/exception-levels",
  component: lazyRouteComponent(() => import("../screens/resolve-exceptions/levels.tsx"), "ExceptionLevels"),
});

const levelsOfExceptions = createRoute({
  getParentRoute: () => signedIn,
  path: "/exception-levels/$code",
  component: lazyRouteComponent(() => import("../screens/resolve-exceptions/edit-levels.tsx"), "EditLevels"),
});

const newLevels = createRoute({
  getParentRoute: () => signedIn,
  path: "/new/exception-levels",
  component: lazyRouteComponent(() => import("../screens/resolve-exceptions/edit-levels.tsx"), "NewLevels"),
});

const imports = createRoute({
  getParentRoute: () => signedIn,
  path: "/imports",
  validateSearch: onlyThese(["upload"]),
  component: lazyRouteComponent(() => import("../screens/import-files/imports.tsx"), "Imports"),
});

const importPage = createRoute({
  getParentRoute: () => signedIn,
  path: "/imports/$importId",
  component: lazyRouteComponent(() => import("../screens/import-files/import.tsx"), "ImportPage"),
});

const tour = createRoute({
  getParentRoute: () => signedIn,
  path: "/tour",
  component: lazyRouteComponent(() => import("../screens/take-tour/tour.tsx"), "Tour"),
});

const routes = root.addChildren([
  signIn,
  signedIn.addChildren([
    today,
    orders,
    order,
    massActions,
    massAction,
    fulfillment,
    fulfillmentOrder,
    inventory,
    stockOfSku,
    supplies,
    supplyRequests,
    supply,
    locations,
    location,
    takeOrder,
    newLocation,
    editLocation,
    catalog,
    sku,
    editSku,
    newSku,
    channels,
    channel,
    newChannel,
    networks,
    network,
    newNetwork,
    users,
    user,
    newUser,
    roles,
    role,
    newRole,
    keys,
    newKey,
    audit,
    ...connectionRoutes,
    ...taskRoutes,
    exceptions,
    exceptionLevels,
    levelsOfExceptions,
    newLevels,
    messages,
    message,
    imports,
    importPage,
    ...documentRoutes,
    tour,
  ]),
]);

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    parseSearch,
    stringifySearch: writeSearch,
    defaultPreload: "intent",
    defaultErrorComponent: Crashed,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: PagePending,
    scrollRestoration: true,
  });
}
