import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { create, onlyOn, useEdited } from "../../api/edited.ts";
import { getLocation, patchLocation, putLocation } from "../../api/generated/sdk.gen.ts";
import type { Location } from "../../api/generated/types.gen.ts";
import { EditPage } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { LocationFields } from "./location-fields.tsx";
import { locationOf, locationValues, newLocationValues, type LocationValues } from "./location-values.ts";

const route = getRouteApi("/signed-in/locations/$code/edit");

export function EditLocation() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data, error, refetch } = useEdited(["location", code], (signal) => getLocation({ path: { code }, signal }));
  if (!data) {
    return (
      <Page title={t("location.editTitle", { name: code })}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <LocationForm key={data.version} location={data} reload={() => void refetch()} />;
}

export function NewLocation() {
  return <LocationForm />;
}

function LocationForm({ location, reload }: { location?: Location; reload?: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();

  async function send(values: LocationValues) {
    const body = locationOf(values);
    if (location) await patchLocation({ path: { code: location.code }, body, headers: onlyOn(location.version) });
    else
      await create(
        (headers) => putLocation({ path: { code: values.code.trim() }, body, headers }),
        t("location.codeTaken"),
      );
    await Promise.all(["location", "locations"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  }

  const editing = useEditing<LocationValues>({
    initial: location ? locationValues(location) : newLocationValues(),
    check: (values) => ({
      ...(values.code.trim() ? {} : { code: t("ui.required") }),
      ...(values.name.trim() ? {} : { name: t("ui.required") }),
    }),
    send,
    saved: (values) => navigate({ to: "/locations/$code", params: { code: values.code.trim() } }),
  });
  return (
    <EditPage
      title={location ? t("location.editTitle", { name: location.name }) : t("location.newTitle")}
      above={<Link to="/locations">{t("location.listTitle")}</Link>}
      facts={location && <span className="code">{location.code}</span>}
      editing={editing}
      verb={location ? t("ui.save") : t("location.create")}
      leave={() =>
        location
          ? navigate({ to: "/locations/$code", params: { code: location.code } })
          : navigate({ to: "/locations" })
      }
      reload={reload}
    >
      <LocationFields form={editing.form} isNew={!location} />
    </EditPage>
  );
}
