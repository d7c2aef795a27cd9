import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { create, onlyOn, useEdited } from "../../api/edited.ts";
import { listRoles, putRole } from "../../api/generated/sdk.gen.ts";
import type { Role } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { EditPage, FieldRow, FormSection } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { ChoosePermissions } from "./choose-permissions.tsx";

const route = getRouteApi("/signed-in/access/roles/$code");

type RoleValues = { code: string; name: string; permissions: string[] };

export function EditRole() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data, error, refetch } = useEdited(["role", code], (signal) => listRoles({ signal }));
  const role = data?.data.find((each) => each.code === code);
  if (role) return <RoleForm key={role.version} role={role} reload={() => void refetch()} />;
  return (
    <Page title={code}>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!error && !data && <Loading lines={8} />}
      {data && <Empty title={t("access.noSuchRole", { code })} />}
    </Page>
  );
}

export function NewRole() {
  return <RoleForm />;
}

function RoleForm({ role, reload }: { role?: Role; reload?: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const toList = () => navigate({ to: "/access/roles" });

  async function send({ code, name, permissions }: RoleValues) {
    const body = { name: name.trim(), permissions };
    if (role) await putRole({ path: { code: role.code }, body, headers: onlyOn(role.version) });
    else await create((headers) => putRole({ path: { code: code.trim() }, body, headers }), t("access.roleTaken"));
    await Promise.all(["roles", "session"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  }

  const editing = useEditing<RoleValues>({
    initial: { code: role?.code ?? "", name: role?.name ?? "", permissions: role?.permissions ?? [] },
    check: ({ code, name }) => ({
      ...(code.trim() ? {} : { code: t("ui.required") }),
      ...(name.trim() ? {} : { name: t("ui.required") }),
    }),
    send,
    saved: toList,
  });
  const { form } = editing;
  const readOnly = !can("roles:write") || role?.fixed === true;
  return (
    <EditPage
      title={role ? role.name : t("access.newRole")}
      above={<Link to="/access/roles">{t("access.roles")}</Link>}
      facts={
        role && (
          <>
            <span className="code">{role.code}</span> · {t("access.userCount", { count: role.userCount })}
            {role.fixed && <> · {t("access.fixedRole")}</>}
          </>
        )
      }
      editing={editing}
      verb={role ? t("ui.save") : t("access.createRole")}
      leave={toList}
      reload={reload}
      readOnly={readOnly}
    >
      <FormSection title={t("access.role")} about={t("access.roleAbout")}>
        <FieldRow>
          <TextInput label={t("access.name")} required maxLength={100} {...form.getInputProps("name")} />
          {!role && (
            <TextInput
              label={t("access.code")}
              placeholder="night-shift"
              required
              maxLength={64}
              {...form.getInputProps("code")}
            />
          )}
        </FieldRow>
      </FormSection>
      <FormSection title={t("access.permissions")} about={t("access.permissionsAbout")}>
        <ChoosePermissions
          chosen={form.values.permissions}
          change={(permissions) => form.setFieldValue("permissions", permissions)}
          readOnly={readOnly}
        />
      </FormSection>
    </EditPage>
  );
}
