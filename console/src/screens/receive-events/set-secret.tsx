import { Button, Select, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getInboundSource, setInboundSecret } from "../../api/generated/sdk.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { NewSecret } from "../new-secret.tsx";

export function useSecretState(code: string, enabled: boolean) {
  return useQuery({
    queryKey: ["inbound-source", code],
    queryFn: async ({ signal }) => (await getInboundSource({ path: { source: code }, signal })).data,
    enabled,
  });
}

/** Hours in which the secret before is believed as well. */
const overlaps = [24, 72, 168, 0] as const;

/** Gives the source its secret, or the next one: made here and shown once, or the one that the sender has made. */
export function SetSecret({ code, renews }: { code: string; renews: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [given, setGiven] = useState("");
  const [overlapHours, setOverlapHours] = useState<number>(overlaps[0]);
  const [made, setMade] = useState<string>();
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t(renews ? "source.renewSecret" : "source.setSecret")}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t(renews ? "source.renewSecret" : "source.setSecret")}
        verb={t(given.trim() === "" ? "source.makeSecret" : "source.takeSecret")}
        danger={renews && overlapHours === 0}
        run={async () => {
          const secret = given.trim();
          const { data } = await setInboundSecret({
            path: { source: code },
            body: { overlapHours, ...(secret === "" ? {} : { secret }) },
          });
          setGiven("");
          // Null where it was given, or the same request was answered before: it was shown then.
          if (data.secret !== null) setMade(data.secret);
          await queries.invalidateQueries({ queryKey: ["inbound-source", code] });
        }}
      >
        <p style={{ margin: 0 }}>{t("source.secretText")}</p>
        <TextInput
          label={t("source.ownSecret")}
          description={t("source.ownSecretHint")}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          value={given}
          onChange={(event) => setGiven(event.currentTarget.value)}
        />
        {renews && (
          <Select
            label={t("source.overlap")}
            data={overlaps.map((hours) => ({
              value: String(hours),
              label: hours === 0 ? t("connect.noOverlap") : t("connect.hours", { count: hours }),
            }))}
            value={String(overlapHours)}
            onChange={(chosen) => setOverlapHours(Number(chosen ?? overlapHours))}
            allowDeselect={false}
          />
        )}
      </ConfirmAction>
      <NewSecret title={t("source.secretTitle")} secret={made} done={() => setMade(undefined)}>
        {t("source.secretUse")}
      </NewSecret>
    </>
  );
}
