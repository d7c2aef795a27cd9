import { ActionIcon, Button, NumberInput, SegmentedControl } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/panel.tsx";
import { CommitField } from "../change-documents/commit-field.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import classes from "./source.module.css";
import { freeName, newRule, type Source, withEntry, withMovedRule, withPlace, withRule } from "./source-content.ts";
import { SourceRuleFields } from "./source-rule.tsx";

type SourceFieldsProps = {
  source: Source;
  change: (change: (source: Source) => Source) => void;
  faults: readonly Fault[];
};

/** How events are signed, where the body tells what, and what they mean; faults stand at their part. */
export function SourceFields({ source, change, faults }: SourceFieldsProps) {
  const { t } = useTranslation();
  const faultAt = (pointer: string) => faults.find((fault) => fault.pointer === pointer)?.message;
  const names = Object.keys(source.fields);
  return (
    <div className={classes.stack}>
      <Panel title={t("source.who")}>
        <div className={classes.fields}>
          <CommitField
            label={t("source.title")}
            value={source.title}
            required
            maxLength={200}
            error={faultAt("/title")}
            commit={(title) => change((before) => ({ ...before, title }))}
          />
          <SignatureFields {...{ source, change, faults }} />
        </div>
      </Panel>
      <Panel title={t("source.where")}>
        <div className={classes.fields}>
          <p className="soft">{t("source.whereText")}</p>
          <div className={classes.pair}>
            {(["id", "type", "time", "sequence"] as const).map((name) => (
              <CommitField
                key={name}
                label={t(`source.place.${name}`)}
                placeholder={`/${name}`}
                value={source.event[name] ?? ""}
                required={name === "type"}
                maxLength={500}
                error={faultAt(`/event/${name}`)}
                commit={(place) => change((before) => withPlace(before, name, place.trim()))}
              />
            ))}
          </div>
          {Object.entries(source.fields).map(([name, place], index) => (
            <div
              // The name is edited: its place in the list is what stays.
              key={`${index} ${names.length}`}
              className={classes.entry}
            >
              <CommitField
                label={t("source.fieldName")}
                value={name}
                maxLength={64}
                error={faultAt(`/fields/${name}`)}
                commit={(next) =>
                  change((before) => ({ ...before, fields: withEntry(before.fields, index, [next.trim(), place]) }))
                }
              />
              <CommitField
                label={t("source.fieldPlace")}
                placeholder="/data/tracking"
                value={place}
                maxLength={500}
                error={faultAt(`/fields/${name}`)}
                commit={(next) =>
                  change((before) => ({ ...before, fields: withEntry(before.fields, index, [name, next.trim()]) }))
                }
              />
              <ActionIcon
                variant="subtle"
                size="lg"
                aria-label={t("source.removeField", { name })}
                onClick={() => change((before) => ({ ...before, fields: withEntry(before.fields, index, undefined) }))}
              >
                <IconTrash size={17} />
              </ActionIcon>
            </div>
          ))}
          <div>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden="true" />}
              onClick={() =>
                change((before) => ({
                  ...before,
                  fields: { ...before.fields, [freeName(before.fields, "field")]: "/data" },
                }))
              }
            >
              {t("source.addField")}
            </Button>
          </div>
        </div>
      </Panel>
      <Panel title={t("source.rules")}>
        <div className={classes.fields}>
          <p className="soft">{t("source.rulesText")}</p>
          <ol className={classes.rules} aria-label={t("source.rules")}>
            {source.rules.map((rule, index) => (
              <SourceRuleFields
                // Rules have no identity of their own but their place.
                key={`${index} ${source.rules.length}`}
                {...{ rule, index }}
                last={index === source.rules.length - 1}
                fields={names}
                faults={faults.filter(({ pointer }) => pointer.startsWith(`/rules/${index}/`))}
                put={(next) => change((before) => withRule(before, index, next))}
                move={(step) => change((before) => withMovedRule(before, index, step))}
              />
            ))}
          </ol>
          <div>
            <Button
              variant="default"
              leftSection={<IconPlus size={15} aria-hidden="true" />}
              onClick={() =>
                change((before) => ({
                  ...before,
                  rules: [...before.rules, newRule(t("choice.newRule", { number: before.rules.length + 1 }), before)],
                }))
              }
            >
              {t("choice.addRule")}
            </Button>
          </div>
        </div>
      </Panel>
    </div>
  );
}

function SignatureFields({ source, change, faults }: SourceFieldsProps) {
  const { t } = useTranslation();
  const { signature } = source;
  const faultAt = (pointer: string) => faults.find((fault) => fault.pointer === pointer)?.message;
  const put = (next: Source["signature"]) => change((before) => ({ ...before, signature: next }));
  return (
    <>
      <SegmentedControl
        aria-label={t("source.signature")}
        value={signature.scheme}
        onChange={(scheme) =>
          put(
            scheme === "hmacSha256"
              ? { scheme: "hmacSha256", header: "x-signature", encoding: "hex", prefix: "sha256=" }
              : { scheme: "standardWebhooks" },
          )
        }
        data={[
          { value: "standardWebhooks", label: t("source.standardWebhooks") },
          { value: "hmacSha256", label: t("source.hmacSha256") },
        ]}
      />
      <p className="faint">{t(signature.scheme === "hmacSha256" ? "source.hmacAbout" : "source.standardAbout")}</p>
      {signature.scheme === "hmacSha256" && (
        <div className={classes.pair}>
          <CommitField
            label={t("source.header")}
            value={signature.header}
            required
            maxLength={100}
            error={faultAt("/signature/header")}
            commit={(header) => put({ ...signature, header: header.trim() })}
          />
          <CommitField
            label={t("source.prefix")}
            value={signature.prefix ?? ""}
            maxLength={20}
            commit={(text) => {
              const { prefix: _, ...rest } = signature;
              put({ ...rest, ...(text === "" ? {} : { prefix: text }) });
            }}
          />
          <SegmentedControl
            aria-label={t("source.encoding")}
            value={signature.encoding}
            onChange={(encoding) => put({ ...signature, encoding: encoding === "base64" ? "base64" : "hex" })}
            data={[
              { value: "hex", label: "hex" },
              { value: "base64", label: "Base64" },
            ]}
          />
        </div>
      )}
      <NumberInput
        label={t("source.tolerance")}
        description={t("source.toleranceHint")}
        value={source.toleranceSeconds}
        min={10}
        max={2_592_000}
        allowDecimal={false}
        error={faultAt("/toleranceSeconds")}
        onChange={(seconds) =>
          typeof seconds === "number" && change((before) => ({ ...before, toleranceSeconds: seconds }))
        }
      />
    </>
  );
}
