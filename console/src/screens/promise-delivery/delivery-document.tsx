import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { KeyValue } from "../../ui/key-value.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Columns } from "../change-documents/columns.tsx";
import { DocumentPage, OpenDocument, Published } from "../change-documents/document-page.tsx";
import { VersionList } from "../change-documents/version-list.tsx";
import { asContent, type Content, type DeliveryKind, pagesOf } from "./delivery-documents.ts";
import { fieldName, valueName } from "./field-words.ts";
import { TryDelivery } from "./try-delivery.tsx";

const methodRoute = getRouteApi("/signed-in/delivery/methods/$code");
const serviceRoute = getRouteApi("/signed-in/delivery/services/$code");

export function MethodPage() {
  const { code } = methodRoute.useParams();
  const { version } = methodRoute.useSearch();
  return <DeliveryDocument kind="fulfillment-method" code={code} asked={version} />;
}

export function ServicePage() {
  const { code } = serviceRoute.useParams();
  const { version } = serviceRoute.useSearch();
  return <DeliveryDocument kind="carrier-service" code={code} asked={version} />;
}

type DeliveryDocumentProps = { kind: DeliveryKind; code: string; asked: string | undefined };

/** What is in force, in words, and what it makes of a basket. */
function DeliveryDocument({ kind, code, asked }: DeliveryDocumentProps) {
  const { t } = useTranslation();
  const name = { kind, code };
  const title = t(kind === "carrier-service" ? "delivery.services" : "delivery.methods");
  const above = <Link to={pagesOf[kind].list}>{title}</Link>;
  return (
    <OpenDocument name={name} asked={asked} above={above}>
      {({ document, version }) => {
        const content = asContent(version?.content);
        return (
          <DocumentPage
            document={document}
            above={above}
            facts={version && <Published version={version} />}
            retireEffect={t("delivery.retireEffect")}
            draft={{ to: pagesOf[kind].draft, params: { code } }}
          >
            <Columns
              main={
                <>
                  <Panel title={t("delivery.says")}>{content && <Words content={content} />}</Panel>
                  <VersionList
                    name={name}
                    shown={version?.version ?? null}
                    hasDraft={document.draft !== null}
                    open={(each) => ({ to: pagesOf[kind].page, params: { code }, search: { version: String(each) } })}
                  />
                </>
              }
              beside={<TryDelivery />}
            />
          </DocumentPage>
        );
      }}
    </OpenDocument>
  );
}

function Words({ content }: { content: Content }) {
  return <KeyValue facts={Object.entries(content).map(([name, value]) => [fieldName(name), inWords(value)])} />;
}

/** Lists side by side, groups one below the other. */
function inWords(value: unknown): React.ReactNode {
  if (Array.isArray(value)) {
    const parts = value as unknown[];
    if (parts.every((part) => typeof part !== "object")) return parts.map((part) => valueName(String(part))).join(", ");
    return parts.map((part, index) => <div key={index}>{inLine(part)}</div>);
  }
  if (typeof value !== "object" || value === null) return inLine(value);
  if (Object.hasOwn(value, "from") && Object.keys(value).length === 2) return inLine(value);
  return Object.entries(value).map(([name, part]) => (
    <div key={name}>
      {fieldName(name)}: {inLine(part)}
    </div>
  ));
}

/** Parts that say what they are by themselves. */
const plain = new Set(["name", "on", "note", "zone", "currency"]);

function inLine(value: unknown): string {
  if (value === true) return "✓";
  if (Array.isArray(value)) return value.map(inLine).join(", ");
  if (typeof value !== "object" || value === null) return valueName(String(value));
  const { from, to, until, ...rest } = value as Content;
  const span = from === undefined ? [] : [`${String(from)}–${String(to ?? until)}`];
  const parts = Object.entries(rest).map(([name, part]) => {
    if (part === true) return fieldName(name);
    return plain.has(name) ? inLine(part) : `${fieldName(name)}: ${inLine(part)}`;
  });
  return [...span, ...parts].join(" · ");
}
