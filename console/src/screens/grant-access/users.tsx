import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listUsers } from "../../api/generated/sdk.gen.ts";
import type { User } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { useLocationNames } from "../places.tsx";
import { AccessTabs } from "./access-tabs.tsx";
import { rolesQuery } from "./roles-query.ts";

/** Who may sign in, as what, and where. */
export function Users() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
  const roleNames = useRoleNames();
  const { list, rows } = useCursorList(["users"], (after, signal) =>
    listUsers({ query: { after, limit: pageSize }, signal }),
  );
  return (
    <Page
      title={t("access.title")}
      layout="fill"
      actions={
        can("users:write") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/user" />}>{t("access.newUser")}</Button>
        )
      }
    >
      <AccessTabs />
      <DataTable<User>
        name="users"
        label={t("access.users")}
        columns={columns}
        rows={rows}
        rowId={(user) => user.id}
        list={list}
        open={(user) => ({ to: "/access/users/$userId", params: { userId: user.id } })}
        card={(user) => (
          <span className={classes.card}>
            <span className={classes.line}>
              <strong className="truncate">{user.name}</strong>
              {user.disabled && (
                <span className={classes.end}>
                  <UserState disabled />
                </span>
              )}
            </span>
            <span className="soft truncate">
              {user.email} · {roleNames(user.roles)}
            </span>
          </span>
        )}
        empty={<Empty title={t("access.noUsers")} icon={<IconUsers size={26} stroke={1.4} aria-hidden="true" />} />}
      />
    </Page>
  );
}

function useRoleNames(): (codes: readonly string[]) => string {
  const { data } = useQuery(rolesQuery);
  const names = useMemo(() => new Map(data?.data.map(({ code, name }) => [code, name])), [data]);
  return (codes) => codes.map((code) => names.get(code) ?? code).join(", ");
}

export function UserState({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  return disabled ? (
    <StatusBadge tone="stopped">{t("access.disabled")}</StatusBadge>
  ) : (
    <StatusBadge tone="ready">{t("access.enabled")}</StatusBadge>
  );
}

function useColumns(): readonly TableColumn<User>[] {
  const { t } = useTranslation();
  const roleNames = useRoleNames();
  const nameOf = useLocationNames();
  return useMemo(
    () => [
      { id: "name", header: t("access.name"), width: 220, fixed: true, cell: (user) => user.name },
      { id: "email", header: t("access.email"), width: 280, cell: (user) => user.email },
      { id: "state", header: t("access.state"), width: 130, cell: (user) => <UserState {...user} /> },
      { id: "roles", header: t("access.roles"), width: 240, cell: (user) => roleNames(user.roles) },
      {
        id: "locations",
        header: t("access.locations"),
        cell: ({ locationCodes }) =>
          locationCodes === null ? (
            <span className="faint">{t("access.everywhere")}</span>
          ) : (
            locationCodes.map(nameOf).join(", ")
          ),
      },
    ],
    [t, roleNames, nameOf],
  );
}
