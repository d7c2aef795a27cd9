import { Button, TextInput } from "@mantine/core";
import { IconTransferIn } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "../../api/edited.ts";
import { saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { codeOf } from "../change-documents/code-of.ts";
import { DocumentState, DraftState } from "../change-documents/document-state.tsx";
import { useDocuments, useDocumentsChanged } from "../change-documents/documents.ts";
import { ConnectionTabs } from "../connect-systems/connection-tabs.tsx";
import { KIND, newSource, sourceName } from "./source-content.ts";

/** Which systems tell us events, and what they mean here (W5). */
export function Sources() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
  const { list, rows } = useDocuments(KIND);
  const begin = can("documents:write") && <NewSource />;
  return (
    <Page title={t("connect.title")} layout="fill" actions={begin}>
      <ConnectionTabs />
      <DataTable<Document>
        name="inbound-sources"
        label={t("source.listTitle")}
        columns={columns}
        rows={rows}
        rowId={({ code }) => code}
        list={list}
        open={({ code, latestVersion }) =>
          latestVersion === 0
            ? { to: "/connections/sources/$code/draft", params: { code } }
            : { to: "/connections/sources/$code", params: { code } }
        }
        card={(document) => (
          <span className={cards.card}>
            <span className={cards.line}>
              <strong className="truncate">{document.title}</strong>
              <span className={cards.end}>
                <DocumentState {...document} />
              </span>
            </span>
            <span className="faint code">{document.code}</span>
            <DraftState {...document} />
          </span>
        )}
        empty={
          <Empty title={t("source.none")} icon={<IconTransferIn size={26} stroke={1.4} aria-hidden="true" />}>
            {t("source.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function useColumns(): readonly TableColumn<Document>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "title", header: t("source.title"), width: 240, fixed: true, cell: ({ title }) => title },
      { id: "code", header: t("document.code"), width: 170, cell: ({ code }) => <span className="code">{code}</span> },
      { id: "state", header: t("document.state"), width: 190, cell: (document) => <DocumentState {...document} /> },
      { id: "draft", header: t("document.draft"), width: 160, cell: (document) => <DraftState {...document} /> },
      {
        id: "scheme",
        header: t("source.signature"),
        width: 190,
        cell: ({ facts }) =>
          facts["scheme"] && t(facts["scheme"] === "hmacSha256" ? "source.hmacSha256" : "source.standardWebhooks"),
      },
      {
        id: "at",
        header: t("document.publishedAt"),
        width: 140,
        cell: ({ publishedAt }) => publishedAt && <DateTime at={publishedAt} />,
      },
    ],
    [t],
  );
}

function NewSource() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const changed = useDocumentsChanged();
  const [asking, setAsking] = useState(false);
  const [title, setTitle] = useState("");
  const code = codeOf(title);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t("source.new")}</Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("source.new")}
        verb={t("document.begin")}
        complete={code !== ""}
        run={async () => {
          const content = newSource(title.trim());
          await create(
            (headers) => saveDocumentDraft({ path: sourceName(code), body: { content }, headers }),
            t("document.codeTaken", { code }),
          );
          await changed();
          await navigate({ to: "/connections/sources/$code/draft", params: { code } });
        }}
      >
        <p style={{ margin: 0 }}>{t("source.newText")}</p>
        <TextInput
          label={t("source.title")}
          placeholder={t("source.newExample")}
          description={code === "" ? t("document.codeHint") : t("document.codeIs", { code })}
          required
          maxLength={60}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
      </ConfirmAction>
    </>
  );
}
