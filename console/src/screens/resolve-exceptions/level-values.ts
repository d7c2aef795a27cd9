import type { Unit } from "../change-workflows/durations.ts";
import {
  durationFields,
  hoursFields,
  type HoursJson,
  type HoursValues,
  hoursOf,
  isoOf,
} from "../do-tasks/queue-values.ts";

/** The levels of exceptions as their document says them (server/src/tasks/exception-levels.ts). */
export interface LevelsJson {
  title: string;
  kinds?: string[];
  hours?: HoursJson;
  escalations: { from?: "opened" | "due"; after: string; team?: string; alert?: boolean }[];
}

type LevelValues = { from: "opened" | "due"; count: number | string; unit: Unit; team: string; alert: boolean };

export type LevelsValues = HoursValues & {
  code: string;
  title: string;
  kinds: string[];
  escalations: LevelValues[];
};

export const newLevel: LevelValues = { from: "due", count: 0, unit: "hours", team: "", alert: true };

export function levelsValues(code: string, levels: LevelsJson | null, timeZone: string): LevelsValues {
  return {
    code,
    title: levels?.title ?? "",
    kinds: levels?.kinds ?? [],
    ...hoursFields(levels?.hours, timeZone),
    escalations: (levels?.escalations ?? [{ after: "PT0S", alert: true }]).map(
      ({ from = "due", after, team = "", alert = false }) => ({ from, ...durationFields(after), team, alert }),
    ),
  };
}

export function levelsOf(values: LevelsValues): LevelsJson {
  return {
    title: values.title.trim(),
    ...(values.kinds.length > 0 ? { kinds: values.kinds } : {}),
    ...hoursOf(values),
    escalations: values.escalations.map(({ from, count, unit, team, alert }) => ({
      ...(from === "opened" ? { from } : {}),
      after: isoOf({ count, unit }),
      ...(team.trim() === "" ? {} : { team: team.trim() }),
      ...(alert ? { alert } : {}),
    })),
  };
}
