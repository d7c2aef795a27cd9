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

type AssignTaskProps = { task: Task; opened: boolean; close: () => void };

/** Gives a task to somebody who may do it, or to another team. */
export default function AssignTask({ task, opened, close }: AssignTaskProps) {
  const { t } = useTranslation();
  const me = useMe();
  const textOf = useLocalText();
  const changed = useTaskChanged();
  const [assignee, setAssignee] = useState<string | null>(task.assignee);
  const [team, setTeam] = useState(task.team);
  const [typedTeam] = useDebouncedValue(team.trim(), typingPauseMs);
  const chosenTeam = typedTeam === "" ? task.team : typedTeam;
  const { data: people } = useQuery({
    queryKey: ["task-assignees", task.id, chosenTeam],
    queryFn: async ({ signal }) =>
      (await listTaskAssignees({ path: { id: task.id }, query: { team: chosenTeam }, signal })).data.data,
    placeholderData: keepPreviousData,
    enabled: opened,
  });
  const options = (people ?? []).map(({ actor, name }) => ({
    value: actor,
    label: actor === me ? t("task.nameAndYou", { name }) : name,
  }));
  const known = task.assignee === null || options.some(({ value }) => value === task.assignee);
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("task.assignTitle", { title: textOf(task.title) })}
      verb={t("task.assign")}
      complete={team.trim() !== ""}
      run={async () => {
        await assignTask({ path: { id: task.id }, body: { assignee, team: team.trim() } });
        await changed();
      }}
    >
      <Select
        label={t("task.assignee")}
        placeholder={t("task.nobody")}
        data={known ? options : [...options, { value: task.assignee ?? "", label: task.assigneeName ?? "" }]}
        value={assignee}
        onChange={setAssignee}
        searchable
        clearable
        nothingFoundMessage={t("task.nobodyFound")}
        data-autofocus
      />
      <TeamField label={t("task.team")} description={t("task.teamHint")} value={team} required onChange={setTeam} />
    </ConfirmAction>
  );
}
