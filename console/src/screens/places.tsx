import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { listChannels, listLocationGroups, listLocations, listNetworks } from "../api/generated/sdk.gen.ts";
import type { Filter, FilterOption } from "../ui/filters.ts";

const minutes = 60_000;
/** Retailers have fewer locations of their own; thousands of vendors are found by typing instead. */
const namesKept = 200;

/** Names of locations by code, for lists that carry only codes. One request for all of them, shared by all screens. */
export function useLocationNames(): (code: string) => string {
  const { data } = useQuery({
    queryKey: ["locations", "names"],
    staleTime: 5 * minutes,
    queryFn: async ({ signal }) => {
      const { data } = await listLocations({ query: { limit: namesKept }, signal });
      return new Map(data.data.map((location) => [location.code, location.name]));
    },
  });
  return (code) => data?.get(code) ?? code;
}

export function LocationLink({ code }: { code: string }) {
  const nameOf = useLocationNames();
  return (
    <Link to="/locations/$code" params={{ code }} title={code}>
      {nameOf(code)}
    </Link>
  );
}

/** For a filter: locations whose name or code contains what was typed. */
export async function findLocations(text: string, signal: AbortSignal): Promise<FilterOption[]> {
  const { data } = await listLocations({ query: { query: text || undefined, limit: 20 }, signal });
  return data.data.map((location) => ({ value: location.code, label: location.name }));
}

/** Those that match what is being typed; a name that was chosen finds itself. */
export function useFoundLocations(sought: string): FilterOption[] {
  const { data = [] } = useQuery({
    queryKey: ["filter", "location", sought],
    queryFn: ({ signal }) => findLocations(sought, signal),
    placeholderData: keepPreviousData,
  });
  return data;
}

export function locationFilter(label: string, nameOf: (code: string) => string): Filter {
  return { kind: "lookup", name: "location", label, find: findLocations, nameOf };
}

const noGroups: readonly string[] = [];

/** Groups that locations have: the same word for the same thing. */
export function useLocationGroups(enabled = true): readonly string[] {
  const { data = noGroups } = useQuery({
    queryKey: ["locations", "groups"],
    staleTime: 5 * minutes,
    queryFn: async ({ signal }) => (await listLocationGroups({ signal })).data.data.map(({ group }) => group),
    enabled,
  });
  return data;
}

export function useChannels() {
  return useQuery({
    queryKey: ["channels"],
    staleTime: 5 * minutes,
    queryFn: async ({ signal }) => (await listChannels({ query: { limit: namesKept }, signal })).data.data,
  });
}

export function useChannelOptions(): FilterOption[] {
  const { data } = useChannels();
  return data?.map((channel) => ({ value: channel.code, label: channel.name })) ?? [];
}

/** All networks; there are few, and each names its locations. */
export function useNetworks() {
  return useQuery({
    queryKey: ["networks"],
    staleTime: 5 * minutes,
    queryFn: async ({ signal }) => (await listNetworks({ query: { limit: namesKept }, signal })).data.data,
  });
}
