import { TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { Link, type LinkProps, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { Problem } from "../../api/problem.ts";
import { shippedText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { EditPage } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { useDocumentsChanged } from "./documents.ts";
import { DiscardDraft } from "./draft-actions.tsx";
import { PublishDocument } from "./publish-document.tsx";
import { type EditedDocument, isTaken, useSmallDocument } from "./use-small-document.ts";

type Named = { code: string; title: string };

/** What is peculiar to a kind of document that one form holds. */
export type SmallDocument<Content extends { title: string }, Values extends Named> = {
  kind: string;
  /** The page of all of them, and what it is called. */
  list: { to: NonNullable<LinkProps["to"]>; title: string };
  texts: {
    add: string;
    name: string;
    codeHint: string;
    codeExample: string;
    codeTaken: string;
    effect: string;
    noteExample: string;
  };
  valuesOf: (code: string, content: Content | null) => Values;
  contentOf: (values: Values) => Content;
  /** Fields that are asked for beside the name. */
  required?: (values: Values) => Record<string, string>;
  /** The form's field for a place in the content. */
  fieldOf: (place: string) => string;
  /** `naming` are the fields for code and name, which belong into the first section. */
  sections: (form: UseFormReturnType<Values>, naming: React.ReactNode) => React.ReactNode;
  published?: () => Promise<unknown>;
};

type PageProps<Content extends { title: string }, Values extends Named> = {
  /** null: a new one. */
  code: string | null;
  document: SmallDocument<Content, Values>;
};

export function SmallDocumentPage<Content extends { title: string }, Values extends Named>(
  props: PageProps<Content, Values>,
) {
  return props.code === null ? <SmallDocumentForm {...props} stored={null} /> : <Stored {...props} code={props.code} />;
}

function Stored<Content extends { title: string }, Values extends Named>({
  code,
  document,
}: PageProps<Content, Values> & { code: string }) {
  const { data, error, refetch, dataUpdatedAt } = useSmallDocument<Content>(document.kind, code);
  if (!data) {
    return (
      <Page title={document.list.title} above={<Link to={document.list.to}>{document.list.title}</Link>}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const reload = () => void refetch();
  return <SmallDocumentForm key={dataUpdatedAt} code={code} document={document} stored={data} reload={reload} />;
}

type FormProps<Content extends { title: string }, Values extends Named> = PageProps<Content, Values> & {
  stored: EditedDocument<Content> | null;
  reload?: () => void;
};

/** It is saved as a draft, which is reviewed and published in one go, or waits as a draft. */
function SmallDocumentForm<Content extends { title: string }, Values extends Named>({
  code,
  document,
  stored,
  reload,
}: FormProps<Content, Values>) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const changed = useDocumentsChanged();
  const { kind, list, texts } = document;
  const leave = () => navigate({ to: list.to });
  const [saved, setSaved] = useState<{ code: string; revision: number; faults: number }>();
  const [publishing, setPublishing] = useState(false);

  async function send(values: Values) {
    const path = { kind, code: code ?? values.code.trim() };
    if (code === null && saved === undefined && (await isTaken(kind, path.code))) {
      const fault = { pointer: "/code", message: texts.codeTaken };
      throw new Problem({ status: 409, code: "codeTaken", title: fault.message, faults: [fault] });
    }
    const known = saved?.revision ?? stored?.revision;
    const body = { content: document.contentOf(values) };
    const { revision, faults } = (await saveDocumentDraft({ path, body, headers: onlyOn(known) })).data;
    await changed();
    setSaved({ code: path.code, revision, faults: faults.length });
    setPublishing(true);
  }

  const editing = useEditing<Values>({
    initial: document.valuesOf(code ?? "", stored?.content ?? null),
    check: (values) => ({
      ...(code !== null || /^[a-z][a-z0-9-]{0,63}$/.test(values.code.trim()) ? {} : { code: t("queue.codeFault") }),
      ...(values.title.trim() === "" ? { title: t("ui.required") } : {}),
      ...document.required?.(values),
    }),
    send,
    saved: () => undefined,
    fieldOf: (pointer) => document.fieldOf(pointer.replace(/^\/(content\/)?/, "").replaceAll("/", ".")),
  });
  const { form } = editing;
  const hasDraft = (saved?.revision ?? stored?.revision) !== undefined;
  const naming = (
    <>
      {code === null && (
        <TextInput
          label={t("document.code")}
          description={texts.codeHint}
          placeholder={texts.codeExample}
          required
          maxLength={64}
          {...form.getInputProps("code")}
        />
      )}
      <TextInput label={texts.name} required maxLength={200} {...form.getInputProps("title")} />
    </>
  );
  return (
    <>
      <EditPage
        title={code === null ? texts.add : shippedText(stored?.content.title ?? code)}
        above={<Link to={list.to}>{list.title}</Link>}
        editing={editing}
        verb={t("document.reviewPublish")}
        leave={leave}
        reload={reload}
        facts={hasDraft && <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>}
        more={code !== null && <DiscardDraft name={{ kind, code }} hasDraft={hasDraft} leave={leave} />}
        readOnly={!can("documents:write")}
      >
        {document.sections(form, naming)}
      </EditPage>
      {saved && publishing && (
        <PublishDocument
          name={{ kind, code: saved.code }}
          revision={saved.revision}
          faults={saved.faults}
          effect={texts.effect}
          example={texts.noteExample}
          close={() => setPublishing(false)}
          published={async () => {
            await Promise.all([changed(), document.published?.()]);
            await leave();
          }}
        />
      )}
    </>
  );
}
