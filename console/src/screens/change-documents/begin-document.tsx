import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "../../api/edited.ts";
import { saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { codeOf } from "./code-of.ts";
import { useDocumentsChanged } from "./documents.ts";

type BeginDocumentProps = {
  kind: string;
  /** What is on the button and above the questions: "New workflow". */
  verb: string;
  /** How its kind calls its name, and a name that explains it. */
  label: string;
  example?: string;
  /** What it is good for, above the name. */
  about?: string;
  contentOf: (name: { code: string; title: string }) => Promise<object> | object;
  /** Goes to the draft, which is saved by then. */
  open: (code: string) => Promise<void>;
  /** False while `children` still wait for an answer. */
  complete?: boolean;
  children?: React.ReactNode;
};

/** Begins a document as a draft: its code comes from its name. */
export function BeginDocument(props: BeginDocumentProps) {
  const { kind, verb, label, example, about, contentOf, open, complete = true, children } = props;
  const { t } = useTranslation();
  const changed = useDocumentsChanged();
  const [asking, setAsking] = useState(false);
  const [title, setTitle] = useState("");
  const code = codeOf(title);

  async function begin() {
    const content = await contentOf({ code, title: title.trim() });
    await create(
      (headers) => saveDocumentDraft({ path: { kind, code }, body: { content }, headers }),
      t("document.codeTaken", { code }),
    );
    await changed();
    await open(code);
  }

  return (
    <>
      <Button onClick={() => setAsking(true)}>{verb}</Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={verb}
        verb={t("document.begin")}
        complete={code !== "" && complete}
        run={begin}
      >
        {about && <p style={{ margin: 0 }}>{about}</p>}
        <TextInput
          label={label}
          placeholder={example}
          description={code === "" ? t("document.codeHint") : t("document.codeIs", { code })}
          required
          maxLength={60}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        {children}
      </ConfirmAction>
    </>
  );
}
