import { Type } from "typebox";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { pageOf } from "../platform/http/paging.ts";
import { route, type Principal, type Route } from "../platform/http/route.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { entityRoutes, entitySchema } from "../platform/reference-data/entity-routes.ts";
import { common } from "../platform/refusals.ts";
import { CHANNEL_REQUIRED, ChannelFields } from "./channel.ts";
import { deleteNetwork } from "./delete-network.ts";
import type { NetworkDirectory } from "./directory.ts";
import { ChannelFilterQuery, ChannelListQuery, exportChannels, listChannels } from "./list-channels.ts";
import { listLocationGroups, LocationGroups } from "./list-location-groups.ts";
import { exportLocations, listLocations, LocationFilterQuery, LocationListQuery } from "./list-locations.ts";
import { exportNetworks, listNetworks, NetworkListQuery, visibleNetwork } from "./list-networks.ts";
import { LOCATION_REQUIRED, LocationFields } from "./location.ts";
import { NETWORK_REQUIRED, NetworkFields } from "./network.ts";
import { network as networkRefusals } from "./refusals.ts";
import { channelStore } from "./store-channels.ts";
import { locationStore } from "./store-locations.ts";
import { networkStore } from "./store-networks.ts";

export interface NetworkDependencies {
  database: Database;
  clock: Clock;
  network: NetworkDirectory;
}

const permissions = { read: "network:read", write: "network:write" };
/** A network belongs to all: who may see only some locations, or channels, may not change it. */
const networkScope = (principal: Principal) =>
  principal.locationCodes === null && principal.channelCodes === null ? null : NOTHING;
const NOTHING: ReadonlySet<string> = new Set();

export function networkRoutes(dependencies: NetworkDependencies): Route[] {
  return [...locationRoutes(dependencies), ...routesOfNetworks(dependencies), ...channelRoutes(dependencies)];
}

function locationRoutes({ database, clock, network }: NetworkDependencies): Route[] {
  const scope = (principal: Principal) => principal.locationCodes;
  const listed = { method: "GET", tag: "locations", permission: permissions.read } as const;
  return [
    route({
      ...listed,
      path: "/v1/locations",
      operationId: "listLocations",
      summary: "List locations in code order",
      query: LocationListQuery,
      responses: {
        200: pageOf(entitySchema("Location", LocationFields, "A place that holds or hands over stock."), {
          $id: "LocationPage",
        }),
      },
      handle: ({ query, principal }) => listLocations(database, query, scope(principal)),
    }),
    route({
      ...listed,
      path: "/v1/location-groups",
      operationId: "listLocationGroups",
      summary: "List the groups that locations have",
      responses: { 200: LocationGroups },
      handle: ({ principal }) => listLocationGroups(database, scope(principal)),
    }),
    route({
      ...listed,
      path: "/v1/locations.csv",
      operationId: "exportLocations",
      summary: "Export locations as CSV",
      description: "The columns of an import of locations, so that the file can be imported again.",
      query: LocationFilterQuery,
      produces: "text/csv",
      responses: { 200: null },
      handle: ({ query, principal }) => exportLocations(database, query, scope(principal)),
    }),
    ...entityRoutes({
      database,
      clock,
      store: locationStore,
      plural: "locations",
      singular: "location",
      permissions,
      scope,
      fields: LocationFields,
      required: LOCATION_REQUIRED,
      exampleCode: "store-leeds",
      deactivation: { active: false },
      changed: () => network.refresh(),
    }),
  ];
}

function routesOfNetworks({ database, clock, network }: NetworkDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/networks",
      operationId: "listNetworks",
      permission: permissions.read,
      tag: "networks",
      summary: "List networks in code order",
      query: NetworkListQuery,
      responses: {
        200: pageOf(entitySchema("Network", NetworkFields, "A set of locations that serves channels."), {
          $id: "NetworkPage",
        }),
      },
      handle: ({ query, principal }) => listNetworks(database, query, principal.locationCodes),
    }),
    route({
      method: "GET",
      path: "/v1/networks.csv",
      operationId: "exportNetworks",
      permission: permissions.read,
      tag: "networks",
      summary: "Export networks as CSV",
      description: "The columns of an import of networks, so that the file can be imported again.",
      produces: "text/csv",
      responses: { 200: null },
      handle: ({ principal }) => exportNetworks(database, principal.locationCodes),
    }),
    ...entityRoutes({
      database,
      clock,
      store: networkStore,
      plural: "networks",
      singular: "network",
      permissions,
      scope: networkScope,
      readScope: () => null,
      fields: NetworkFields,
      required: NETWORK_REQUIRED,
      exampleCode: "uk",
      deactivation: null,
      view: (row, principal) => visibleNetwork(row, principal.locationCodes),
      changed: () => network.refresh(),
    }),
    route({
      method: "DELETE",
      path: "/v1/networks/{code}",
      operationId: "deleteNetwork",
      permission: permissions.write,
      tag: "networks",
      summary: "Delete a network that serves no channel",
      params: Type.Object({
        code: Type.String({ pattern: CODE_PATTERN, description: "Code of the network.", examples: ["uk"] }),
      }),
      responses: { 204: null },
      refuses: { ...networkRefusals.kinds, versionConflict: common.kinds.versionConflict },
      handle: async ({ params, principal, ifMatch, origin }) => {
        if (networkScope(principal) !== null)
          throw common.refuse("notFound", { message: `There is no network ${params.code}.` });
        await deleteNetwork(database, params.code, ifMatch, { origin, clock });
        await network.refresh();
      },
    }),
  ];
}

function channelRoutes({ database, clock, network }: NetworkDependencies): Route[] {
  const scope = (principal: Principal) => principal.channelCodes;
  return [
    route({
      method: "GET",
      path: "/v1/channels",
      operationId: "listChannels",
      permission: permissions.read,
      tag: "channels",
      summary: "List channels in code order",
      query: ChannelListQuery,
      responses: {
        200: pageOf(entitySchema("Channel", ChannelFields, "Where customers order."), { $id: "ChannelPage" }),
      },
      handle: ({ query, principal }) => listChannels(database, query, scope(principal)),
    }),
    route({
      method: "GET",
      path: "/v1/channels.csv",
      operationId: "exportChannels",
      permission: permissions.read,
      tag: "channels",
      summary: "Export channels as CSV",
      description: "The columns of an import of channels, so that the file can be imported again.",
      query: ChannelFilterQuery,
      produces: "text/csv",
      responses: { 200: null },
      handle: ({ query, principal }) => exportChannels(database, query, scope(principal)),
    }),
    ...entityRoutes({
      database,
      clock,
      store: channelStore,
      plural: "channels",
      singular: "channel",
      permissions,
      scope,
      fields: ChannelFields,
      required: CHANNEL_REQUIRED,
      exampleCode: "web-uk",
      deactivation: { active: false },
      changed: () => network.refresh(),
    }),
  ];
}
