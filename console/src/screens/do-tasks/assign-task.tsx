import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { assignTask, listTaskAssignees } from "../../api/generated/sdk.gen.ts";
import type { Task } from "../../api/generated/types.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { useLocalText } from "../offered-actions.ts";
import { TeamField } from "../team-fields.tsx";
import { useMe, useTaskChanged } from "./task-words.tsx";

const typingPauseMs = 250;
/** The API's own limit of a name that is searched. */
const longestSearch = 64;

type AssignTaskProps = { task: Task; opened: boolean; close: () => void };
type Person = { actor: string; name: string };

/** Gives a task to somebody who may do it, or to another team. */
export default function AssignTask({ task, opened, close }: AssignTaskProps) {
  const { t } = useTranslation();
  const me = useMe();
  const textOf = useLocalText();
  const changed = useTaskChanged();
  const [chosen, setChosen] = useState<Person | null>(personWhoHas(task));
  const [team, setTeam] = useState(task.team);
  const [search, setSearch] = useState("");
  const typedTeam = team.trim();
  const [askedTeam] = useDebouncedValue(typedTeam === "" ? task.team : typedTeam, typingPauseMs);
  const [asked] = useDebouncedValue(search.trim(), typingPauseMs);
  const labelOf = ({ actor, name }: Person) => (actor === me ? t("task.nameAndYou", { name }) : name);
  // The field shows who is chosen where one types: that is no search.
  const name = chosen && asked === labelOf(chosen) ? "" : asked;
  const found = useAssignees(task.id, askedTeam, name, opened);
  // Keys are in no team, and the API lists people: whether one may keep a task is for the server to say.
  const isKey = chosen?.actor.startsWith("key:") ?? false;
  const same = useAssignees(task.id, askedTeam, chosen?.name ?? "", opened && chosen !== null && !isKey);
  const answered = isKey || (same.isFetched && !same.isPlaceholderData);
  const fits =
    chosen === null || isKey || !answered || !same.data || same.data.some(({ actor }) => actor === chosen.actor);
  const assignee = fits ? chosen : null;
  const people = found.data ?? [];
  const known = assignee === null || people.some(({ actor }) => actor === assignee.actor);
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("task.assignTitle", { title: textOf(task.title) })}
      verb={t("task.assign")}
      // Whoever is not in the new team must be dropped before it is given.
      complete={typedTeam !== "" && askedTeam === typedTeam && (chosen === null || answered)}
      run={async () => {
        await assignTask({ path: { id: task.id }, body: { assignee: assignee?.actor ?? null, team: typedTeam } });
        await changed();
      }}
    >
      <Select
        label={t("task.assignee")}
        placeholder={t("task.nobody")}
        description={chosen && !fits ? t("task.notInTeam", { name: chosen.name }) : undefined}
        data={(known ? people : [...people, assignee]).map((person) => ({
          value: person.actor,
          label: labelOf(person),
        }))}
        value={assignee?.actor ?? null}
        onChange={(actor) => setChosen(people.find((person) => person.actor === actor) ?? null)}
        searchable
        onSearchChange={setSearch}
        // The API has searched already.
        filter={({ options }) => options}
        maxLength={longestSearch}
        clearable
        nothingFoundMessage={t("task.nobodyFound")}
        data-autofocus
      />
      <TeamField label={t("task.team")} description={t("task.teamHint")} value={team} required onChange={setTeam} />
    </ConfirmAction>
  );
}

function personWhoHas({ assignee, assigneeName }: Task): Person | null {
  return assignee === null ? null : { actor: assignee, name: assigneeName ?? assignee };
}

/** Who of a team may do a task, by part of the name: there may be more than one answer of the API holds. */
function useAssignees(id: string, team: string, name: string, enabled: boolean) {
  return useQuery({
    queryKey: ["task-assignees", id, team, name],
    queryFn: async ({ signal }) =>
      (await listTaskAssignees({ path: { id }, query: { team, ...(name === "" ? {} : { query: name }) }, signal })).data
        .data,
    placeholderData: keepPreviousData,
    enabled,
  });
}
