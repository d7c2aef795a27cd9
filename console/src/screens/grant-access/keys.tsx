import { Button, UnstyledButton } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listApiKeys } from "../../api/generated/sdk.gen.ts";
import type { ApiKey } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime, useNow } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import card from "../card.module.css";
import { AccessTabs } from "./access-tabs.tsx";
import classes from "./access.module.css";
import { KeyDetails } from "./key-details.tsx";

/** What programs may do here, until when, and when they last did. */
export function Keys() {
  const { t } = useTranslation();
  const can = useCan();
  const [shown, setShown] = useState<ApiKey>();
  const columns = useColumns(setShown);
  const { list, rows } = useCursorList(["api-keys"], (after, signal) =>
    listApiKeys({ query: { after, limit: pageSize }, signal }),
  );
  return (
    <Page
      title={t("access.title")}
      layout="fill"
      actions={
        can("keys:write") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/key" />}>{t("access.newKey")}</Button>
        )
      }
    >
      <AccessTabs />
      <DataTable<ApiKey>
        name="api-keys"
        label={t("access.keys")}
        columns={columns}
        rows={rows}
        rowId={(key) => key.id}
        list={list}
        card={(key) => (
          <span className={card.card}>
            <span className={card.line}>
              <KeyName apiKey={key} show={setShown} />
              <span className={card.end}>
                <KeyState apiKey={key} />
              </span>
            </span>
            <span className="soft">
              <span className="code">{key.prefix}…</span>
            </span>
          </span>
        )}
        empty={
          <Empty title={t("access.noKeys")} icon={<IconKey size={26} stroke={1.4} aria-hidden="true" />}>
            {t("access.noKeysText")}
          </Empty>
        }
      />
      <KeyDetails apiKey={shown} close={() => setShown(undefined)} />
    </Page>
  );
}

function KeyName({ apiKey, show }: { apiKey: ApiKey; show: (key: ApiKey) => void }) {
  return (
    <UnstyledButton className={classes.nameButton} onClick={() => show(apiKey)}>
      {apiKey.name}
    </UnstyledButton>
  );
}

function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const now = useNow();
  if (apiKey.revokedAt !== null) return <StatusBadge tone="stopped">{t("access.revoked")}</StatusBadge>;
  if (apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) <= now)
    return <StatusBadge tone="stopped">{t("access.expired")}</StatusBadge>;
  return <StatusBadge tone="ready">{t("access.works")}</StatusBadge>;
}

function useColumns(show: (key: ApiKey) => void): readonly TableColumn<ApiKey>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("access.name"),
        fixed: true,
        cell: (key) => <KeyName apiKey={key} show={show} />,
      },
      { id: "state", header: t("access.state"), width: 120, cell: (key) => <KeyState apiKey={key} /> },
      {
        id: "prefix",
        header: t("access.prefix"),
        width: 220,
        cell: (key) => <span className="code">{key.prefix}…</span>,
      },
      {
        id: "permissions",
        header: t("access.permissions"),
        width: 120,
        numeric: true,
        cell: (key) => formatCount(key.permissions.length),
      },
      {
        id: "used",
        header: t("access.used"),
        width: 150,
        cell: (key) => (key.usedAt ? <DateTime at={key.usedAt} /> : <span className="faint">{t("access.never")}</span>),
      },
      {
        id: "expires",
        header: t("access.expires"),
        width: 150,
        cell: (key) =>
          key.expiresAt ? (
            <DateTime at={key.expiresAt} show="date" />
          ) : (
            <span className="faint">{t("access.never")}</span>
          ),
      },
      { id: "created", header: t("access.created"), width: 150, cell: (key) => <DateTime at={key.createdAt} /> },
    ],
    [t, show],
  );
}
