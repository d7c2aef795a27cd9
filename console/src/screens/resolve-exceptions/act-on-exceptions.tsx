import { useTranslation } from "react-i18next";
import { assignExceptions, closeExceptions, retryExceptions } from "../../api/generated/sdk.gen.ts";
import type { ProcessException } from "../../api/generated/types.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { SettleMany } from "../settle-many.tsx";
import { useKindText } from "./kinds.ts";

const shownIn = ["exceptions", "today", "jobs", "deliveries", "webhook", "webhooks", "inbound-events"];

type ActOnExceptionsProps = { exceptions: readonly ProcessException[]; done?: () => void };

const idsOf = (exceptions: readonly ProcessException[]) => exceptions.map(({ id }) => id);

/**
 * The next actions of one exception, or of all that are selected; what failed is settled with its exception. A selection is
 * offered what may be done about some of it, and only about those.
 */
export function ActOnExceptions({ exceptions, done }: ActOnExceptionsProps) {
  const { t } = useTranslation();
  const kindText = useKindText();
  const open = exceptions.filter(({ actions }) => actions.length > 0);
  const failed = open.filter(({ actions }) => actions.includes("retry"));
  const given = open.filter(({ actions }) => actions.includes("skip"));
  if (open.length === 0) return null;
  const only = open.length === 1 ? open[0] : undefined;
  const verb =
    given.length === 0 ? t("exception.resolve") : given.length === open.length ? t("connect.skip") : t("exception.end");
  return (
    <SettleMany
      retry={
        failed.length === 0
          ? null
          : { ids: idsOf(failed), call: (part) => retryExceptions({ body: { items: part.map((id) => ({ id })) } }) }
      }
      end={{
        ids: idsOf(open),
        title: only
          ? t("exception.endTitle", { verb, kind: kindText(only.kind) })
          : t("exception.endMany", { verb, count: open.length }),
        verb,
        label: t("exception.resolution"),
        example: t("exception.resolutionExample"),
        danger: given.length > 0,
        call: (part, reason) => closeExceptions({ body: { items: part.map((id) => ({ id, reason })) } }),
        children: (
          <>
            {only && <p style={{ margin: 0 }}>{serverText(only.reason)}</p>}
            {given.length > 0 && <p style={{ margin: 0 }}>{t("connect.skipText")}</p>}
          </>
        ),
      }}
      assign={{
        ids: idsOf(open),
        title: t("exception.assignTitle", { count: open.length }),
        call: (part, ownerTeam) => assignExceptions({ body: { items: part.map((id) => ({ id, ownerTeam })) } }),
      }}
      shownIn={shownIn}
      size="compact-xs"
      done={done}
    />
  );
}
