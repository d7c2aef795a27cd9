import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { dismissDocumentOffer, getDocumentOffer, saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { ProblemNote } from "../../ui/states.tsx";
import classes from "./document.module.css";
import { type DocumentName, useDocumentsChanged } from "./documents.ts";

type OfferProps = { name: DocumentName; hasDraft: boolean; toDraft: () => unknown };

/** A release brought a newer one of what was changed here: it is taken as a draft, or declined. */
export function Offer({ name, hasDraft, toDraft }: OfferProps) {
  const { t } = useTranslation();
  const can = useCan();
  const changed = useDocumentsChanged();
  const take = useMutation({
    mutationFn: async () => {
      const { content } = (await getDocumentOffer({ path: name })).data;
      await saveDocumentDraft({ path: name, body: { content }, headers: onlyOn(undefined) });
      await toDraft();
    },
  });
  const decline = useMutation({
    mutationFn: () => dismissDocumentOffer({ path: name }),
    onSuccess: changed,
  });
  const error = take.error ?? decline.error;
  return (
    <div className={classes.notice}>
      <p>{hasDraft ? t("document.offerDraftFirst") : t("document.offerText")}</p>
      {can("documents:write") && (
        <div className={classes.buttons}>
          <Button variant="default" size="xs" loading={decline.isPending} onClick={() => decline.mutate()}>
            {t("document.decline")}
          </Button>
          <Button size="xs" disabled={hasDraft} loading={take.isPending} onClick={() => take.mutate()}>
            {t("document.takeOffer")}
          </Button>
        </div>
      )}
      {error && <ProblemNote error={error} />}
    </div>
  );
}
