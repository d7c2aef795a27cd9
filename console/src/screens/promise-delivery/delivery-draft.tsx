import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { shippedText } from "../../api/server-text.ts";
import { Panel } from "../../ui/panel.tsx";
import { Loading } from "../../ui/states.tsx";
import { Columns, Fields } from "../change-documents/columns.tsx";
import documents from "../change-documents/document.module.css";
import { DraftPage, OpenDraft, type OpenedDraft } from "../change-documents/draft-page.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { asContent, type Content, type DeliveryKind, pagesOf, useSchema } from "./delivery-documents.ts";
import { SchemaFields } from "./schema-fields.tsx";
import { TryDelivery } from "./try-delivery.tsx";

const methodRoute = getRouteApi("/signed-in/delivery/methods/$code/draft");
const serviceRoute = getRouteApi("/signed-in/delivery/services/$code/draft");

export function MethodDraft() {
  const { code } = methodRoute.useParams();
  return <DeliveryDraft kind="fulfillment-method" code={code} />;
}

export function ServiceDraft() {
  const { code } = serviceRoute.useParams();
  return <DeliveryDraft kind="carrier-service" code={code} />;
}

function DeliveryDraft({ kind, code }: { kind: DeliveryKind; code: string }) {
  const { t } = useTranslation();
  return (
    <OpenDraft
      name={{ kind, code }}
      read={asContent}
      unreadable={t("delivery.unreadable")}
      list={{ to: pagesOf[kind].list }}
      listTitle={t(kind === "carrier-service" ? "delivery.services" : "delivery.methods")}
      page={{ to: pagesOf[kind].page, params: { code } }}
      editor={kind === "carrier-service" ? ServiceEditor : MethodEditor}
    />
  );
}

type EditorProps = { draft: OpenedDraft<Content> };

function MethodEditor({ draft }: EditorProps) {
  return <Editor draft={draft} kind="fulfillment-method" />;
}

function ServiceEditor({ draft }: EditorProps) {
  return <Editor draft={draft} kind="carrier-service" />;
}

/** The fields follow the schema; what is wrong is told at its field as soon as it is saved. */
function Editor({ draft, kind }: EditorProps & { kind: DeliveryKind }) {
  const { t } = useTranslation();
  const schema = useSchema(kind);
  const { content, change, faults, warnings } = draft;
  const title = typeof content["title"] === "string" ? shippedText(content["title"]) : draft.name.code;
  return (
    <DraftPage
      draft={draft}
      title={title}
      publish={(dialog) => (
        <PublishDocument {...dialog} effect={t("delivery.publishEffect")} example={t("delivery.noteExample")} />
      )}
    >
      <Columns
        main={
          <Fields mayWrite={draft.mayWrite}>
            <Panel title={t("delivery.says")}>
              {warnings.length > 0 && (
                <ul className={documents.faults} data-tone="attention">
                  {warnings.map(({ pointer, message }) => (
                    <li key={`${pointer} ${message}`}>
                      <span className="code">{pointer}</span> {message}
                    </li>
                  ))}
                </ul>
              )}
              {schema ? (
                <SchemaFields
                  schema={schema}
                  value={content}
                  put={(next) => change(() => asContent(next) ?? {})}
                  pointer=""
                  faults={faults}
                />
              ) : (
                <Loading lines={8} />
              )}
            </Panel>
          </Fields>
        }
        beside={<TryDelivery />}
      />
    </DraftPage>
  );
}
