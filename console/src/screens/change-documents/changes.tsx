import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { compareDocuments } from "../../api/generated/sdk.gen.ts";
import type { DocumentChanges } from "../../api/generated/types.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge, type Tone } from "../../ui/status-badge.tsx";
import classes from "./document.module.css";
import type { DocumentName } from "./documents.ts";

const tones = { added: "ready", removed: "trouble", changed: "attention" } as const satisfies Record<string, Tone>;

type ChangesProps = {
  name: DocumentName;
  /** A version's number, "published", "draft" or "offer". */
  from: string;
  to: string;
  /** Of the draft: another one has other differences. */
  revision?: number | undefined;
};

/** The differences of two contents of a document, each in a sentence. */
export function Changes({ name, from, to, revision }: ChangesProps) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ["document-changes", name, from, to, revision],
    queryFn: async ({ signal }) => (await compareDocuments({ path: name, query: { from, to }, signal })).data.changes,
    retry: false,
  });
  return (
    <section aria-label={t("document.changes")}>
      <h3 className={classes.heading}>{t("document.changes")}</h3>
      {error ? (
        <Failed error={error} />
      ) : !data ? (
        <Loading />
      ) : data.length === 0 ? (
        <p className="soft">{t("document.noChanges")}</p>
      ) : (
        <ChangeList changes={data} />
      )}
    </section>
  );
}

export function ChangeList({ changes }: { changes: DocumentChanges["changes"] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.changes}>
      {changes.map((each) => (
        <li key={`${each.change} ${each.pointer} ${each.sentence}`}>
          <StatusBadge tone={tones[each.change]}>{t(`document.changeKinds.${each.change}`)}</StatusBadge>
          <span>{serverText(each.sentence)}</span>
        </li>
      ))}
    </ul>
  );
}
