import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash, type TablerIcon } from "@tabler/icons-react";
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
      <HeadButton icon={IconArrowUp} label={t("choice.up", { rule: label })} disabled={first} act={() => move(-1)} />
      <HeadButton icon={IconArrowDown} label={t("choice.down", { rule: label })} disabled={last} act={() => move(1)} />
      <HeadButton icon={IconTrash} label={t("choice.remove", { rule: label })} color="red" act={remove} />
    </div>
  );
}

type HeadButtonProps = { icon: TablerIcon; label: string; color?: "red"; disabled?: boolean; act: () => void };

function HeadButton({ icon: Icon, label, color, disabled, act }: HeadButtonProps) {
  return (
    <ActionIcon variant="subtle" size="lg" color={color} disabled={disabled} aria-label={label} onClick={act}>
      <Icon size={17} />
    </ActionIcon>
  );
}
