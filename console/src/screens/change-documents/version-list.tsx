import { Button, Modal, Select, Stack } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DocumentVersionSummary } from "../../api/generated/types.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Changes } from "./changes.tsx";
import classes from "./document.module.css";
import { type DocumentName, useVersions } from "./documents.ts";

type VersionListProps = {
  name: DocumentName;
  /** The version that the page shows; null: none. */
  shown: number | null;
  hasDraft: boolean;
  /** The page of a version; absent: there is none. */
  open?: (version: number) => LinkProps;
  /** What there is to say of a version besides, such as how much still runs on it. */
  beside?: (version: number) => React.ReactNode;
};

/** What was in force before, by whom and why; any two are compared. */
export function VersionList({ name, shown, hasDraft, open, beside }: VersionListProps) {
  const { t } = useTranslation();
  const { data: versions } = useVersions(name);
  const [comparing, setComparing] = useState(false);
  const contents = (versions?.length ?? 0) + (hasDraft ? 1 : 0);
  return (
    <Panel
      title={t("document.versions")}
      actions={
        contents > 1 && (
          <Button size="compact-sm" variant="default" onClick={() => setComparing(true)}>
            {t("document.compare")}
          </Button>
        )
      }
    >
      <ul className={classes.versions}>
        {versions?.map((each) => (
          <li key={each.version}>
            {each.version === shown || !open ? (
              <strong>{t("document.version", { version: each.version })}</strong>
            ) : (
              <Link {...open(each.version)}>{t("document.version", { version: each.version })}</Link>
            )}{" "}
            <span className="soft">
              <DateTime at={each.publishedAt} /> · <Publisher of={each} />
              {beside?.(each.version)}
            </span>
            <p className="faint">{shippedText(each.note)}</p>
          </li>
        ))}
      </ul>
      {comparing && versions && (
        <CompareVersions name={name} versions={versions} hasDraft={hasDraft} close={() => setComparing(false)} />
      )}
    </Panel>
  );
}

export function Publisher({ of: version }: { of: DocumentVersionSummary }) {
  const { t } = useTranslation();
  return version.publishedByName ?? (version.origin === "shipped" ? t("document.shipped") : version.publishedBy);
}

type CompareVersionsProps = {
  name: DocumentName;
  versions: readonly DocumentVersionSummary[];
  hasDraft: boolean;
  close: () => void;
};

/** Any two, the latest step first. */
function CompareVersions({ name, versions, hasDraft, close }: CompareVersionsProps) {
  const { t } = useTranslation();
  const choices = [
    ...(hasDraft ? [{ value: "draft", label: t("document.draft") }] : []),
    ...versions.map(({ version }) => ({
      value: String(version),
      label: t("document.version", { version }),
    })),
  ];
  const [to, setTo] = useState(choices[0]?.value ?? "");
  const [from, setFrom] = useState(choices[1]?.value ?? "");
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={<strong>{t("document.compareTitle")}</strong>}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <Stack gap="md">
        <div className={classes.sides}>
          <Select
            label={t("document.earlier")}
            data={choices}
            value={from}
            onChange={(value) => setFrom(value ?? from)}
            allowDeselect={false}
          />
          <Select
            label={t("document.later")}
            data={choices}
            value={to}
            onChange={(value) => setTo(value ?? to)}
            allowDeselect={false}
          />
        </div>
        <Changes name={name} from={from} to={to} />
      </Stack>
    </Modal>
  );
}
