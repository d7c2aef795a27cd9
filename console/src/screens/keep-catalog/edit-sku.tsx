import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { create, onlyOn, useEdited } from "../../api/edited.ts";
import { getSku, patchSku, putSku } from "../../api/generated/sdk.gen.ts";
import type { Sku } from "../../api/generated/types.gen.ts";
import { EditPage } from "../../ui/edit-page.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { useEditing } from "../../ui/use-editing.ts";
import { SkuFields } from "./sku-fields.tsx";
import { emptySku, skuOf, skuValues, type SkuValues } from "./sku-values.ts";

const route = getRouteApi("/signed-in/catalog/$code/edit");

export function EditSku() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data, error, refetch } = useEdited(["sku", code], (signal) => getSku({ path: { code }, signal }));
  if (!data) {
    return (
      <Page title={t("sku.editTitle", { name: code })}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <SkuForm key={data.version} sku={data} reload={() => void refetch()} />;
}

export function NewSku() {
  return <SkuForm />;
}

function SkuForm({ sku, reload }: { sku?: Sku; reload?: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();

  async function send(values: SkuValues) {
    const body = skuOf(values, sku?.attributes ?? {});
    if (sku) await patchSku({ path: { code: sku.code }, body, headers: onlyOn(sku.version) });
    else await create((headers) => putSku({ path: { code: values.code.trim() }, body, headers }), t("sku.codeTaken"));
    await Promise.all(["skus", "positions"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
  }

  const editing = useEditing<SkuValues>({
    initial: sku ? skuValues(sku) : emptySku,
    check: (values) => ({
      ...(values.code.trim() ? {} : { code: t("ui.required") }),
      ...(values.name.trim() ? {} : { name: t("ui.required") }),
    }),
    send,
    saved: (values) => navigate({ to: "/catalog/$code", params: { code: values.code.trim() } }),
  });
  return (
    <EditPage
      title={sku ? t("sku.editTitle", { name: sku.name }) : t("sku.newTitle")}
      above={<Link to="/catalog">{t("sku.listTitle")}</Link>}
      facts={sku && <span className="code">{sku.code}</span>}
      editing={editing}
      verb={sku ? t("ui.save") : t("sku.create")}
      leave={() =>
        sku ? navigate({ to: "/catalog/$code", params: { code: sku.code } }) : navigate({ to: "/catalog" })
      }
      reload={reload}
    >
      <SkuFields form={editing.form} isNew={!sku} />
    </EditPage>
  );
}
