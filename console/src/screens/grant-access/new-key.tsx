import { Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createApiKey } from "../../api/generated/sdk.gen.ts";
import { EditPage, FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { ChoosePermissions } from "./choose-permissions.tsx";
import { ChooseScopes, codesOf, type Scope, scopeOf, useScopeFaults } from "../choose-scope.tsx";
import { NewSecret } from "../new-secret.tsx";

/** Days until a key expires. The first is the default: a key that nobody renews should end by itself. */
const lifetimes = ["90", "30", "365", "never"] as const;
const dayMs = 86_400_000;

type KeyValues = {
  name: string;
  lifetime: (typeof lifetimes)[number];
  permissions: string[];
} & Scope;

export function NewKey() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const scopeFaults = useScopeFaults();
  const toList = () => navigate({ to: "/access/keys" });

  async function send(values: KeyValues) {
    const { data } = await createApiKey({
      body: {
        name: values.name.trim(),
        permissions: values.permissions,
        ...codesOf(values),
        expiresAt: expiryOf(values.lifetime),
      },
    });
    await queries.invalidateQueries({ queryKey: ["api-keys"] });
    // Null only when the same request was answered before: the secret was shown then.
    if (data.secret === null) await toList();
    else setSecret(data.secret);
  }

  const editing = useEditing<KeyValues>({
    initial: {
      name: "",
      lifetime: "90",
      permissions: [],
      ...scopeOf({ locationCodes: null, channelCodes: null }),
    },
    check: (values) => ({
      ...(values.name.trim() ? {} : { name: t("ui.required") }),
      ...(values.permissions.length > 0 ? {} : { permissions: t("access.permissionNeeded") }),
      ...scopeFaults(values),
    }),
    send,
    saved: () => undefined,
  });
  const { form } = editing;
  return (
    <>
      <EditPage
        title={t("access.newKey")}
        above={<Link to="/access/keys">{t("access.keys")}</Link>}
        editing={editing}
        verb={t("access.createKey")}
        leave={toList}
      >
        <FormSection title={t("access.key")} about={t("access.keyAbout")}>
          <FieldRow columns="2fr 1fr">
            <TextInput
              label={t("access.name")}
              description={t("access.keyNameAbout")}
              placeholder={t("access.keyNameHint")}
              required
              maxLength={100}
              autoComplete="off"
              {...form.getInputProps("name")}
            />
            <Select
              label={t("access.expires")}
              description={t("access.expiresAbout")}
              data={lifetimes.map((value) => ({
                value,
                label: value === "never" ? t("access.never") : t("access.afterDays", { count: Number(value) }),
              }))}
              allowDeselect={false}
              {...form.getInputProps("lifetime")}
            />
          </FieldRow>
        </FormSection>
        <FormSection title={t("access.permissions")} about={t("access.keyPermissionsAbout")}>
          <ChoosePermissions
            chosen={form.values.permissions}
            change={(permissions) => form.setFieldValue("permissions", permissions)}
            error={form.errors["permissions"]}
          />
        </FormSection>
        <FormSection title={t("access.scopes")} about={t("access.scopesAbout")}>
          <ChooseScopes scope={form.values} errors={form.errors} change={form.setValues} />
        </FormSection>
      </EditPage>
      <NewSecret title={t("access.secretTitle")} secret={secret} done={toList}>
        {t("access.secretUse")} <code className="code">Authorization: Bearer …</code>
      </NewSecret>
    </>
  );
}

function expiryOf(lifetime: KeyValues["lifetime"]): string | null {
  return lifetime === "never" ? null : new Date(Date.now() + Number(lifetime) * dayMs).toISOString();
}
