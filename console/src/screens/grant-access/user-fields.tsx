import { Checkbox, PasswordInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { ChooseScope } from "../choose-scope.tsx";
import { TeamsField } from "../team-fields.tsx";
import { rolesQuery } from "./roles-query.ts";

export type UserValues = {
  email: string;
  name: string;
  roles: string[];
  everywhere: boolean;
  locationCodes: string[];
  teams: string[];
  language: string;
  password: string;
};

type UserFieldsProps = { form: UseFormReturnType<UserValues>; isNew: boolean };

export function UserFields({ form, isNew }: UserFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <FormSection title={t("access.person")} about={t("access.personAbout")}>
        <FieldRow>
          <TextInput
            label={t("access.name")}
            required
            maxLength={200}
            autoComplete="off"
            {...form.getInputProps("name")}
          />
          <TextInput
            label={t("access.email")}
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            {...form.getInputProps("email")}
          />
        </FieldRow>
        <FieldRow>
          <PasswordInput
            label={isNew ? t("access.password") : t("access.newPassword")}
            description={isNew ? t("access.passwordAbout") : t("access.newPasswordAbout")}
            required={isNew}
            maxLength={200}
            autoComplete="new-password"
            aria-invalid={form.errors["password"] ? true : undefined}
            visibilityToggleButtonProps={{ "aria-label": t("access.showPassword") }}
            {...form.getInputProps("password")}
          />
          <Select
            label={t("access.language")}
            description={t("access.languageAbout")}
            data={[
              { value: "en", label: "English" },
              { value: "de", label: "Deutsch" },
            ]}
            placeholder={t("access.browserLanguage")}
            clearable
            value={form.values.language || null}
            onChange={(language) => form.setFieldValue("language", language ?? "")}
            error={form.errors["language"]}
            data-path="language"
          />
        </FieldRow>
      </FormSection>
      <FormSection title={t("access.roles")} about={t("access.rolesAbout")}>
        <ChooseRoles form={form} />
      </FormSection>
      <FormSection title={t("access.teams")} about={t("access.teamsAbout")}>
        <TeamsField label={t("access.teams")} {...form.getInputProps("teams")} data-path="teams" />
      </FormSection>
      <FormSection title={t("access.locations")} about={t("access.locationsAbout")}>
        <ChooseScope
          isEverything={form.values.everywhere}
          chosen={form.values.locationCodes}
          what="locations"
          error={form.errors["locationCodes"]}
          change={(isEverything, codes) => form.setValues({ everywhere: isEverything, locationCodes: codes })}
        />
      </FormSection>
    </>
  );
}

function ChooseRoles({ form }: Pick<UserFieldsProps, "form">) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(rolesQuery);
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <Checkbox.Group aria-label={t("access.roles")} {...form.getInputProps("roles")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing={10}>
        {data.data.map((role) => (
          <Checkbox
            key={role.code}
            value={role.code}
            label={role.name}
            description={t("access.permissionCount", { count: role.permissions.length })}
            data-path="roles"
          />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}
