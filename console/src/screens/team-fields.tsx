import { Autocomplete, type AutocompleteProps, TagsInput, type TagsInputProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listTeams } from "../api/generated/sdk.gen.ts";
import type { Team, TeamPage } from "../api/generated/types.gen.ts";
import { useCan } from "../api/session.ts";

const shipped = {
  fraud: "fraud",
  "customer-service": "customerService",
  operations: "operations",
  store: "store",
  production: "production",
  services: "services",
  purchasing: "purchasing",
} as const;

function isShipped(team: string): team is keyof typeof shipped {
  return Object.hasOwn(shipped, team);
}

/** The name of a team that came with a release; any other is named by whoever made it. */
export function useTeamName(): (team: string) => string {
  const { t } = useTranslation();
  return useCallback((team) => (isShipped(team) ? t(`team.names.${shipped[team]}`) : team), [t]);
}

const maxPages = 5;

/** By name; where there are more than a thousand, the others are typed. */
async function readTeams(signal: AbortSignal): Promise<Team[]> {
  const teams: Team[] = [];
  let after: string | null = null;
  for (let page = 0; page < maxPages && (page === 0 || after !== null); page++) {
    const query: { limit: number; after?: string } = { limit: 200, ...(after === null ? {} : { after }) };
    const read: { data: TeamPage } = await listTeams({ query, signal });
    teams.push(...read.data.data);
    after = read.data.next;
  }
  return teams;
}

function useTeams() {
  const can = useCan();
  return useQuery({
    queryKey: ["teams"],
    queryFn: ({ signal }) => readTeams(signal),
    enabled: can("tasks:read"),
  });
}

/** The teams to filter by. */
export function useTeamOptions(): { value: string; label: string }[] {
  const nameOf = useTeamName();
  const { data } = useTeams();
  return useMemo(() => (data ?? []).map(({ code }) => ({ value: code, label: nameOf(code) })), [data, nameOf]);
}

/** Each with its name and how many belong to it, so that nobody gives work to nobody. */
function useTeamChoices() {
  const { t } = useTranslation();
  const nameOf = useTeamName();
  const { data = [] } = useTeams();
  return {
    data: data.map(({ code }) => code),
    renderOption: ({ option: { value } }: { option: { value: string } }) => {
      const members = data.find(({ code }) => code === value)?.members ?? 0;
      const name = nameOf(value);
      return (
        <span>
          {value} {name !== value && <span className="soft">{name} </span>}
          <span className="faint">{members === 0 ? t("team.noMembers") : t("team.members", { count: members })}</span>
        </span>
      );
    },
  };
}

/** One team of those that there are, or a new one. */
export function TeamField(props: AutocompleteProps) {
  const { t } = useTranslation();
  return <Autocomplete maxLength={64} placeholder={t("team.pick")} {...useTeamChoices()} {...props} />;
}

/** Any number of teams. */
export function TeamsField(props: TagsInputProps) {
  const { t } = useTranslation();
  const isEmpty = (props.value ?? []).length === 0;
  return <TagsInput maxTags={50} placeholder={isEmpty ? t("team.pick") : ""} {...useTeamChoices()} {...props} />;
}
