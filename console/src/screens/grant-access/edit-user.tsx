import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onlyOn, useEdited } from "../../api/edited.ts";
import { changeUser, createUser, getUser } from "../../api/generated/sdk.gen.ts";
import type { User } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { EditPage } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { orNull } from "../empty-values.ts";
import { UserFields, type UserValues } from "./user-fields.tsx";
import { UserState } from "./users.tsx";

const route = getRouteApi("/signed-in/access/users/$userId");
const shortestPassword = 12;

export function EditUser() {
  const { t } = useTranslation();
  const { userId: id } = route.useParams();
  const { data, error, refetch } = useEdited(["user", id], (signal) => getUser({ path: { id }, signal }));
  if (!data) {
    return (
      <Page title={t("access.user")}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <UserForm key={data.version} user={data} reload={() => void refetch()} />;
}

export function NewUser() {
  return <UserForm />;
}

function UserForm({ user, reload }: { user?: User; reload?: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const toList = () => navigate({ to: "/access/users" });
  const changed = () => queries.invalidateQueries({ queryKey: ["users"] });

  async function send({ password, ...values }: UserValues) {
    const body = {
      email: values.email.trim(),
      name: values.name.trim(),
      roles: values.roles,
      teams: values.teams,
      locationCodes: values.everywhere ? null : values.locationCodes,
      language: orNull(values.language),
    };
    if (user) {
      const newPassword = password === "" ? {} : { password };
      await changeUser({ path: { id: user.id }, body: { ...body, ...newPassword }, headers: onlyOn(user.version) });
    } else await createUser({ body: { ...body, password } });
    await changed();
  }

  const editing = useEditing<UserValues>({
    initial: {
      email: user?.email ?? "",
      name: user?.name ?? "",
      roles: user?.roles ?? [],
      teams: user?.teams ?? [],
      everywhere: user ? user.locationCodes === null : true,
      locationCodes: user?.locationCodes ?? [],
      language: user?.language ?? "",
      password: "",
    },
    check: (values) => ({
      ...(values.name.trim() ? {} : { name: t("ui.required") }),
      ...(values.email.trim() ? {} : { email: t("ui.required") }),
      ...(values.roles.length > 0 ? {} : { roles: t("access.roleNeeded") }),
      ...(values.everywhere || values.locationCodes.length > 0 ? {} : { locationCodes: t("access.locationNeeded") }),
      ...(isLongEnough(values.password, user !== undefined) ? {} : { password: t("access.passwordTooShort") }),
    }),
    send,
    saved: toList,
  });
  const isDisabling = user ? !user.disabled : false;
  return (
    <>
      <EditPage
        title={user ? user.name : t("access.newUser")}
        above={<Link to="/access/users">{t("access.users")}</Link>}
        facts={user && <UserState disabled={user.disabled} />}
        editing={editing}
        verb={user ? t("ui.save") : t("access.createUser")}
        leave={toList}
        reload={reload}
        readOnly={!can("users:write")}
        more={
          user &&
          can("users:write") && (
            <Button variant="default" onClick={() => setAsking(true)}>
              {isDisabling ? t("access.disable") : t("access.enable")}
            </Button>
          )
        }
      >
        <UserFields form={editing.form} isNew={!user} />
      </EditPage>
      {user && (
        <ConfirmAction
          opened={asking}
          onClose={() => setAsking(false)}
          title={t(isDisabling ? "access.disableTitle" : "access.enableTitle", { name: user.name })}
          verb={isDisabling ? t("access.disable") : t("access.enable")}
          danger={isDisabling}
          run={async () => {
            await changeUser({ path: { id: user.id }, body: { disabled: isDisabling } });
            await changed();
            reload?.();
          }}
        >
          <p style={{ margin: 0 }}>{isDisabling ? t("access.disableEffect") : t("access.enableEffect")}</p>
        </ConfirmAction>
      )}
    </>
  );
}

/** Whoever has a password already may keep it. */
function isLongEnough(password: string, mayBeEmpty: boolean): boolean {
  return (mayBeEmpty && password === "") || password.length >= shortestPassword;
}
