import { IconMailCog } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Document } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter, FilterValues } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { DocumentList, useDocumentColumns } from "../change-documents/document-list.tsx";
import { useDocuments } from "../change-documents/documents.ts";
import { useTriggerText } from "../message-facts.tsx";
import { MessageTabs } from "../message-tabs.tsx";
import { languageName } from "./languages.ts";
import { NewTemplate } from "./new-template.tsx";
import { useTriggers } from "./queries.ts";
import { KIND, media } from "./template-content.ts";

const route = getRouteApi("/signed-in/message-templates");

/** What customers are told, for each occasion, medium and language; and for whom. */
export function Templates() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const filters = useFilters();
  const documents = useDocuments(KIND);
  return (
    <Page
      title={t("message.title")}
      layout="fill"
      actions={can("documents:write") && <NewTemplate templates={documents.rows} />}
    >
      <MessageTabs />
      <FilterBar
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DocumentList
        name="message-templates"
        label={t("template.listTitle")}
        documents={documents}
        shown={documents.rows.filter((row) => fits(row, search))}
        columns={columns}
        open={({ code, latestVersion }) => ({
          to: latestVersion === 0 ? "/message-templates/$code/draft" : "/message-templates/$code",
          params: { code },
        })}
        detail={(document) => <TemplateFacts {...document} />}
        empty={
          <Empty title={t("template.none")} icon={<IconMailCog size={26} stroke={1.4} aria-hidden="true" />}>
            {t("template.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function fits({ facts, draft, offeredVersion }: Document, search: FilterValues): boolean {
  const isIn = (name: "trigger" | "medium" | "language") => {
    const wanted = search[name]?.split(",");
    return wanted === undefined || wanted.includes(facts[name] ?? "");
  };
  const isDue = search["due"] === undefined || draft !== null || offeredVersion !== null;
  return isIn("trigger") && isIn("medium") && isIn("language") && isDue;
}

function useFilters(): Filter[] {
  const { t } = useTranslation();
  const triggerText = useTriggerText();
  const { data: triggers = [] } = useTriggers();
  const { rows } = useDocuments(KIND);
  const languages = [...new Set(rows.flatMap(({ facts }) => facts["language"] ?? []))].toSorted();
  return [
    {
      kind: "choice",
      name: "trigger",
      label: t("message.trigger"),
      options: triggers.map(({ code }) => ({ value: code, label: triggerText(code) })),
    },
    {
      kind: "choice",
      name: "medium",
      label: t("template.medium"),
      options: media.map((value) => ({ value, label: t(`template.media.${value}`) })),
    },
    {
      kind: "choice",
      name: "language",
      label: t("template.language"),
      options: languages.map((value) => ({ value, label: languageName(value) })),
    },
    { kind: "choice", name: "due", label: t("document.draft"), options: [{ value: "yes", label: t("template.due") }] },
  ];
}

function useColumns(): readonly TableColumn<Document>[] {
  const { t } = useTranslation();
  const triggerText = useTriggerText();
  const { title, state, draft, origin, at, code } = useDocumentColumns();
  return useMemo(
    () => [
      title(t("template.title"), 210),
      {
        id: "trigger",
        header: t("message.trigger"),
        width: 150,
        cell: ({ facts }) => facts["trigger"] && triggerText(facts["trigger"]),
      },
      {
        id: "medium",
        header: t("template.medium"),
        width: 90,
        cell: ({ facts }) => <MediumText of={facts["medium"]} />,
      },
      {
        id: "language",
        header: t("template.language"),
        width: 110,
        cell: ({ facts }) => facts["language"] && languageName(facts["language"]),
      },
      { id: "for", header: t("template.for"), width: 120, cell: ({ facts }) => <ForWhom {...facts} /> },
      { ...state, width: 170 },
      { ...draft, width: 150 },
      { ...origin, width: 90 },
      { ...at, width: 130 },
      { ...code, optional: true },
    ],
    [t, triggerText, title, state, draft, origin, at, code],
  );
}

export function MediumText({ of: medium }: { of: string | null | undefined }) {
  const { t } = useTranslation();
  const known = media.find((one) => one === medium);
  return known ? t(`template.media.${known}`) : medium;
}

export function ForWhom({ brand, channel }: { brand?: string | null; channel?: string | null }) {
  const { t } = useTranslation();
  return [brand, channel].filter(Boolean).join(" · ") || t("template.forAll");
}

function TemplateFacts({ facts }: Document) {
  const triggerText = useTriggerText();
  return (
    <>
      {facts["trigger"] && triggerText(facts["trigger"])} · <MediumText of={facts["medium"]} /> ·{" "}
      {facts["language"] && languageName(facts["language"])} · <ForWhom {...facts} />
    </>
  );
}
