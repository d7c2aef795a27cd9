import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfferedAction } from "../api/generated/types.gen.ts";
import { type FormValues, useLocalText } from "./offered-actions.ts";

const ActionDialog = lazy(() => import("./action-dialog.tsx"));

type ActionButtonsProps = {
  actions: readonly OfferedAction[];
  take: (action: OfferedAction, data: FormValues) => Promise<unknown>;
  size?: "compact-sm";
};

/** The buttons of whatever actions a workflow offers; a form or a question comes before those that have one. */
export function ActionButtons({ actions, take, size }: ActionButtonsProps) {
  const { t } = useTranslation();
  const textOf = useLocalText();
  const [asking, setAsking] = useState<OfferedAction | null>(null);
  const [open, setOpen] = useState(false);
  const takeAtOnce = useMutation({
    mutationFn: (action: OfferedAction) => take(action, {}),
    onError: (error) =>
      notifications.show({ color: "red", title: t("action.refused"), message: error.message, autoClose: 10_000 }),
  });
  return (
    <>
      {actions.map((action) => (
        <Button
          key={action.event}
          variant="default"
          size={size ?? "sm"}
          disabled={action.blockedBy !== null}
          title={action.blockedBy === null ? undefined : t(`action.blocked.${action.blockedBy}`)}
          loading={takeAtOnce.isPending && takeAtOnce.variables === action}
          onClick={() => {
            if (action.form.length === 0 && action.confirm === null) {
              takeAtOnce.mutate(action);
              return;
            }
            setAsking(action);
            setOpen(true);
          }}
        >
          {textOf(action.label)}
        </Button>
      ))}
      {asking && (
        <Suspense>
          <ActionDialog
            key={asking.event}
            action={asking}
            opened={open}
            close={() => setOpen(false)}
            take={(data) => take(asking, data)}
          />
        </Suspense>
      )}
    </>
  );
}
