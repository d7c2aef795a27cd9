import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DataTable, type ListState } from "../../ui/data-table.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { AccessTabs } from "./access-tabs.tsx";
import { useAreaText } from "./permission-texts.ts";
import { rolesQuery } from "./roles-query.ts";

/** Named sets of permissions: what each kind of job may do. */
export function Roles() {
  const { t } = useTranslation();
  const can = useCan();
  const roles = useQuery(rolesQuery);
  const columns = useColumns();
  // All roles come at once: there are few, and there is no next page.
  const list: ListState = {
    ...roles,
    isPlaceholderData: false,
    isFetchingNextPage: false,
    hasNextPage: false,
    fetchNextPage: () => undefined,
  };
  return (
    <Page
      title={t("access.title")}
      layout="fill"
      actions={
        can("roles:write") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/role" />}>{t("access.newRole")}</Button>
        )
      }
    >
      <AccessTabs />
      <DataTable<Role>
        name="roles"
        label={t("access.roles")}
        columns={columns}
        rows={roles.data?.data ?? []}
        rowId={(role) => role.code}
        list={list}
        open={(role) => ({ to: "/access/roles/$code", params: { code: role.code } })}
        card={(role) => (
          <span className={classes.card}>
            <span className={classes.line}>
              <strong>{role.name}</strong>
              <span className={`${classes.end} faint`}>{t("access.userCount", { count: role.userCount })}</span>
            </span>
            <span className="soft">{t("access.permissionCount", { count: role.permissions.length })}</span>
          </span>
        )}
        empty={<Empty title={t("access.noRoles")} />}
      />
    </Page>
  );
}

function useColumns(): readonly TableColumn<Role>[] {
  const { t } = useTranslation();
  const areaText = useAreaText();
  return useMemo(
    () => [
      { id: "name", header: t("access.role"), width: 220, fixed: true, cell: (role) => role.name },
      {
        id: "users",
        header: t("access.users"),
        width: 90,
        numeric: true,
        cell: (role) => formatCount(role.userCount),
      },
      {
        id: "permissions",
        header: t("access.permissions"),
        width: 120,
        numeric: true,
        cell: (role) => formatCount(role.permissions.length),
      },
      {
        id: "areas",
        header: t("access.about"),
        cell: (role) => {
          const areas = [...new Set(role.permissions.map((name) => name.split(":")[0] ?? name))];
          return <span className="soft">{areas.map(areaText).join(", ")}</span>;
        },
      },
      { id: "code", header: t("access.code"), width: 160, cell: (role) => <span className="code">{role.code}</span> },
    ],
    [t, areaText],
  );
}
