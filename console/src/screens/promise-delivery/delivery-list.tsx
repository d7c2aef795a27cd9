import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, ProblemNote } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { DocumentOrigin, DocumentState, DraftState } from "../change-documents/document-state.tsx";
import { useDocuments, useDocumentsChanged } from "../change-documents/documents.ts";
import { isTaken } from "../change-documents/use-small-document.ts";
import { beginnings, type DeliveryKind, pagesOf } from "./delivery-documents.ts";
import { DeliveryTabs } from "./delivery-tabs.tsx";
import { valueName } from "./field-words.ts";

export function FulfillmentMethods() {
  return <DeliveryList kind="fulfillment-method" />;
}

export function CarrierServices() {
  return <DeliveryList kind="carrier-service" />;
}

/** How customers get their orders, and who carries them. */
function DeliveryList({ kind }: { kind: DeliveryKind }) {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns(kind);
  const { list, rows } = useDocuments(kind);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={t("delivery.title")}
      facts={t(kind === "carrier-service" ? "delivery.servicesAbout" : "delivery.methodsAbout")}
      layout="fill"
      actions={can("documents:write") && <Button onClick={() => setAdding(true)}>{t("delivery.add")}</Button>}
    >
      <DeliveryTabs />
      <DataTable<Document>
        name={kind}
        label={t(kind === "carrier-service" ? "delivery.services" : "delivery.methods")}
        columns={columns}
        rows={rows}
        rowId={({ code }) => code}
        list={list}
        open={({ code, publishedVersion }) => ({
          to: publishedVersion === null ? pagesOf[kind].draft : pagesOf[kind].page,
          params: { code },
        })}
        card={(document) => (
          <span className={cards.card}>
            <span className={cards.line}>
              <strong className="truncate">{shippedText(document.title)}</strong>
              <span className={cards.end}>
                <DocumentState {...document} />
              </span>
            </span>
            <DraftState {...document} />
          </span>
        )}
        empty={<Empty title={t("delivery.none")} />}
      />
      {adding && <NewDocument kind={kind} close={() => setAdding(false)} />}
    </Page>
  );
}

function useColumns(kind: DeliveryKind): readonly TableColumn<Document>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "title",
        header: t("delivery.fields.title"),
        width: 240,
        fixed: true,
        cell: ({ title }) => shippedText(title),
      },
      { id: "code", header: t("document.code"), width: 140, cell: ({ code }) => <span className="code">{code}</span> },
      {
        id: "fact",
        header: t(kind === "carrier-service" ? "delivery.fields.carrier" : "delivery.fields.kind"),
        width: 170,
        cell: ({ facts }) => (kind === "carrier-service" ? textOf(facts["carrier"]) : valueName(textOf(facts["kind"]))),
      },
      { id: "state", header: t("document.state"), width: 190, cell: (document) => <DocumentState {...document} /> },
      { id: "draft", header: t("document.draft"), width: 190, cell: (document) => <DraftState {...document} /> },
      { id: "origin", header: t("template.origin"), width: 130, cell: (document) => <DocumentOrigin {...document} /> },
      {
        id: "at",
        header: t("document.publishedAt"),
        width: 150,
        cell: ({ publishedAt }) => publishedAt && <DateTime at={publishedAt} />,
      },
    ],
    [t, kind],
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A name and a code; it begins as a draft that says what most of them say. */
function NewDocument({ kind, close }: { kind: DeliveryKind; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const changed = useDocumentsChanged();
  const [title, setTitle] = useState("");
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>();
  const [fault, setFault] = useState<string>();

  async function begin(event: React.FormEvent) {
    event.preventDefault();
    setError(undefined);
    try {
      if (await isTaken(kind, code)) return setFault(t("queue.codeTaken"));
      await saveDocumentDraft({ path: { kind, code }, body: { content: beginnings[kind](title.trim()) } });
      await changed();
      await navigate({ to: pagesOf[kind].draft, params: { code } });
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <Modal
      opened
      onClose={close}
      title={<strong>{t("delivery.add")}</strong>}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <form onSubmit={(event) => void begin(event)}>
        <Stack gap="md">
          <TextInput
            label={t("delivery.fields.title")}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            maxLength={200}
            required
            data-autofocus
          />
          <TextInput
            label={t("document.code")}
            description={t("queue.codeHint")}
            value={code}
            error={fault}
            onChange={(event) => {
              setFault(undefined);
              setCode(event.currentTarget.value.trim());
            }}
            pattern="[a-z][a-z0-9\-]{0,63}"
            required
          />
          {error !== undefined && <ProblemNote error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("ui.back")}
            </Button>
            <Button type="submit">{t("delivery.begin")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
