import { Avatar, UnstyledButton, type UnstyledButtonProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSession } from "../api/session.ts";
import classes from "./sidebar.module.css";

type AccountButtonProps = UnstyledButtonProps & React.ComponentPropsWithRef<"button"> & { compact?: boolean };

export function AccountButton({ compact, ...props }: AccountButtonProps) {
  const { t } = useTranslation();
  const { name, user } = useSession();
  return (
    <UnstyledButton {...props} className={classes.account}>
      <span className="visually-hidden">{compact ? t("app.account", { name }) : t("app.accountMenu")}</span>
      <Avatar
        name={name}
        aria-hidden="true"
        size={compact ? 30 : 28}
        styles={{ placeholder: { background: "var(--accent-wash)", color: "var(--accent-ink)", border: 0 } }}
      />
      {!compact && (
        <span className={classes.accountText}>
          <span className={`truncate ${classes.accountName}`}>{name}</span>
          <span className={`truncate ${classes.accountRole}`}>{user?.roles.join(", ")}</span>
        </span>
      )}
    </UnstyledButton>
  );
}
