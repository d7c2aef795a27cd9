import { Button } from "@mantine/core";
import { IconDownload, IconFileSettings } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DropZone } from "../../ui/drop-zone.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Loading, ProblemNote } from "../../ui/states.tsx";
import { ImportTabs } from "../import-tabs.tsx";
import { compare, readPublished } from "./compare.ts";
import classes from "./configuration.module.css";
import { FILE_NAME, readFile, writeFile } from "./configuration-file.ts";
import { Differences } from "./differences.tsx";

/** Everything that business users publish, as a file: out of here, and into here after a look at what would change. */
export function Configuration() {
  const { t } = useTranslation();
  const [file, setFile] = useState<File>();
  const saving = useMutation({ mutationFn: async () => saveAs(FILE_NAME, writeFile(await readPublished())) });
  const comparing = useMutation({
    mutationFn: async (chosen: File) => {
      const filed = readFile(await chosen.text());
      if (filed === null) throw new Error(t("configuration.unreadable", { name: chosen.name }));
      return await compare(filed);
    },
  });

  function choose(chosen: File | undefined) {
    if (!chosen) return;
    setFile(chosen);
    comparing.mutate(chosen);
  }

  return (
    <Page
      title={t("configuration.title")}
      facts={t("configuration.about")}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={15} stroke={1.7} aria-hidden="true" />}
          loading={saving.isPending}
          onClick={() => saving.mutate()}
        >
          {t("configuration.export")}
        </Button>
      }
    >
      <ImportTabs />
      <div className={classes.page}>
        {saving.error && <ProblemNote error={saving.error} />}
        <Panel title={t("configuration.compareTitle")}>
          <p className="soft" style={{ marginTop: 0 }}>
            {t("configuration.compareAbout")}
          </p>
          <DropZone
            file={file}
            choose={choose}
            disabled={comparing.isPending}
            accept=".json,application/json"
            label={t("configuration.file")}
            icon={<IconFileSettings size={28} stroke={1.4} aria-hidden="true" />}
          >
            {t("configuration.drop")}
          </DropZone>
        </Panel>
        {comparing.isPending && <Loading lines={6} />}
        {comparing.error && <ProblemNote error={comparing.error} />}
        {comparing.data && <Differences key={comparing.submittedAt} {...comparing.data} />}
      </div>
    </Page>
  );
}

function saveAs(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
