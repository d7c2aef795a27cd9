import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { CommitField } from "./commit-field.tsx";
import classes from "./rule-head.module.css";

/** Moves a rule by one place. */
export type MoveRule = (step: 1 | -1) => void;

type RuleHeadProps = {
  /** What the rule is called in the labels of its buttons. */
  label: string;
  name: string;
  fault: string | undefined;
  rename: (name: string) => void;
  first: boolean;
  last: boolean;
  move: MoveRule;
  remove: () => void;
  /** Stands beside the name. */
  children?: React.ReactNode;
};

/** The name of one of several rules that are tried in their order, and its place among them. */
export function RuleHead({ label, name, fault, rename, first, last, move, remove, children }: RuleHeadProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.head}>
      <div className={classes.fields}>
        <CommitField label={t("choice.name")} value={name} required maxLength={200} error={fault} commit={rename} />
        {children}
      </div>
      <ActionIcon
        variant="subtle"
        size="lg"
        disabled={first}
        aria-label={t("choice.up", { rule: label })}
        onClick={() => move(-1)}
      >
        <IconArrowUp size={17} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        size="lg"
        disabled={last}
        aria-label={t("choice.down", { rule: label })}
        onClick={() => move(1)}
      >
        <IconArrowDown size={17} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        size="lg"
        color="red"
        aria-label={t("choice.remove", { rule: label })}
        onClick={remove}
      >
        <IconTrash size={17} />
      </ActionIcon>
    </div>
  );
}
