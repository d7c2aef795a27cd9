import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { dismissDocumentOffer, getDocumentOffer, saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { ProblemNote } from "../../ui/states.tsx";
import classes from "./details.module.css";
import { KIND } from "./documents.ts";

/** A release brought a newer one of what was changed here: it is taken as a draft, or declined. */
export function Offer({ code, hasDraft }: { code: string; hasDraft: boolean }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const path = { kind: KIND, code };
  const take = useMutation({
    mutationFn: async () => {
      const { content } = (await getDocumentOffer({ path })).data;
      await saveDocumentDraft({ path, body: { content }, headers: onlyOn(undefined) });
      await navigate({ to: "/changes/workflows/$code/draft", params: { code } });
    },
  });
  const decline = useMutation({
    mutationFn: () => dismissDocumentOffer({ path }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["workflows"] }),
  });
  const error = take.error ?? decline.error;
  return (
    <div className={classes.notice}>
      <p>{hasDraft ? t("workflow.offerDraftFirst") : t("workflow.offerText")}</p>
      {can("documents:write") && (
        <div className={classes.buttons}>
          <Button variant="default" size="xs" loading={decline.isPending} onClick={() => decline.mutate()}>
            {t("workflow.decline")}
          </Button>
          <Button size="xs" disabled={hasDraft} loading={take.isPending} onClick={() => take.mutate()}>
            {t("workflow.takeOffer")}
          </Button>
        </div>
      )}
      {error && <ProblemNote error={error} />}
    </div>
  );
}
