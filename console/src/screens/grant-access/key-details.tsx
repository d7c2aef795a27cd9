import { Button, Group, Modal, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { revokeApiKey } from "../../api/generated/sdk.gen.ts";
import type { ApiKey } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { KeyValue } from "../../ui/key-value.tsx";
import { useChannelOptions, useLocationNames } from "../places.tsx";
import classes from "./access.module.css";
import { usePermissionText } from "./permission-texts.ts";
import { rolesQuery } from "./roles-query.ts";

type KeyDetailsProps = { apiKey: ApiKey | undefined; close: () => void };

export function KeyDetails({ apiKey, close }: KeyDetailsProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Modal
        opened={apiKey !== undefined && !asking}
        onClose={close}
        title={<strong>{apiKey?.name}</strong>}
        size="lg"
        closeButtonProps={{ "aria-label": t("ui.close") }}
      >
        {apiKey && (
          <Stack gap="sm">
            <KeyFacts apiKey={apiKey} />
            {can("keys:write") && apiKey.revokedAt === null && (
              <Group justify="flex-end">
                <Button color="red" onClick={() => setAsking(true)}>
                  {t("access.revoke")}
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </Modal>
      {apiKey && (
        <ConfirmAction
          opened={asking}
          onClose={() => setAsking(false)}
          title={t("access.revokeTitle", { name: apiKey.name })}
          verb={t("access.revoke")}
          danger
          run={async () => {
            await revokeApiKey({ path: { id: apiKey.id } });
            await queries.invalidateQueries({ queryKey: ["api-keys"] });
            close();
          }}
        >
          <p style={{ margin: 0 }}>{t("access.revokeEffect")}</p>
        </ConfirmAction>
      )}
    </>
  );
}

function KeyFacts({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const say = usePermissionText();
  const nameOf = useLocationNames();
  const channels = useChannelOptions();
  const { data } = useQuery(rolesQuery);
  const allowsOf = (name: string) => data?.permissions.find((permission) => permission.name === name)?.allows ?? name;
  return (
    <>
      <KeyValue
        facts={[
          [t("access.prefix"), <span className="code" key="prefix">{`${apiKey.prefix}…`}</span>],
          [t("access.created"), <DateTime key="created" at={apiKey.createdAt} show="date-time" />],
          [t("access.used"), apiKey.usedAt ? <DateTime at={apiKey.usedAt} show="date-time" /> : t("access.never")],
          [t("access.expires"), apiKey.expiresAt ? <DateTime at={apiKey.expiresAt} show="date" /> : t("access.never")],
          [t("access.revoked"), apiKey.revokedAt && <DateTime at={apiKey.revokedAt} show="date-time" />],
          [t("access.locations"), apiKey.locationCodes?.map(nameOf).join(", ") ?? t("access.everywhere")],
          [
            t("channel.channels"),
            apiKey.channelCodes
              ?.map((code) => channels.find(({ value }) => value === code)?.label ?? code)
              .join(", ") ?? t("access.scope.all_channels"),
          ],
        ]}
      />
      <div>
        <strong>{t("access.permissions")}</strong>
        <ul className={classes.scopes}>
          {apiKey.permissions.map((name) => (
            <li key={name}>{say(name, allowsOf(name))}</li>
          ))}
        </ul>
      </div>
    </>
  );
}
