import { ActionIcon, Button, Checkbox } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { FieldRow } from "../../ui/edit-page.tsx";
import { TeamField } from "../team-fields.tsx";
import { DurationRow } from "./hours-fields.tsx";
import type { HoursValues } from "./queue-values.ts";
import classes from "./queue.module.css";

const mostLevels = 10;

type EscalationLevelsProps<Level extends object> = {
  form: UseFormReturnType<HoursValues & { escalations: Level[] }>;
  /** What a level begins with that is added here. */
  fresh: Level;
  /** Below so many none can be removed. */
  fewest: 0 | 1;
  /** The shortest time that a level waits. */
  shortest: 0 | 1;
  /** Puts what only these levels say beside the team that gets it. */
  beside: (path: string, team: React.ReactNode) => React.ReactNode;
};

/** What happens to what nobody does, one level after the other. */
export function EscalationLevels<Level extends object>(props: EscalationLevelsProps<Level>) {
  const { form, fresh, fewest, shortest, beside } = props;
  const { t } = useTranslation();
  const { escalations } = form.values;
  return (
    <>
      {escalations.map((_, index) => (
        <div key={index} className={classes.level} role="group" aria-label={t("queue.level", { number: index + 1 })}>
          <div className={classes.head}>
            <strong>{t("queue.level", { number: index + 1 })}</strong>
            {escalations.length > fewest && (
              <ActionIcon aria-label={t("queue.removeLevel")} onClick={() => form.removeListItem("escalations", index)}>
                <IconTrash size={15} stroke={1.6} aria-hidden="true" />
              </ActionIcon>
            )}
          </div>
          <DurationRow form={form} path={`escalations.${index}`} label={t("queue.after")} min={shortest} />
          <FieldRow columns="1fr 1fr">
            {beside(
              `escalations.${index}`,
              <TeamField
                label={t("queue.toTeam")}
                placeholder={t("queue.sameTeam")}
                {...form.getInputProps(`escalations.${index}.team`)}
              />,
            )}
          </FieldRow>
          <Checkbox
            label={t("queue.alert")}
            {...form.getInputProps(`escalations.${index}.alert`, { type: "checkbox" })}
          />
        </div>
      ))}
      {escalations.length < mostLevels && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} stroke={1.8} aria-hidden="true" />}
            onClick={() => form.insertListItem("escalations", { ...fresh })}
          >
            {t("queue.addLevel")}
          </Button>
        </div>
      )}
    </>
  );
}
