import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** A plain link: the browser streams the file to disk however long it is, and the session's cookie signs it. */
export function CsvButton({ href, fileName, label }: { href: string; fileName: string; label?: string }) {
  const { t } = useTranslation();
  return (
    <Button
      component="a"
      href={href}
      download={fileName}
      variant="default"
      leftSection={<IconDownload size={15} stroke={1.7} aria-hidden="true" />}
    >
      {label ?? t("ui.csv")}
    </Button>
  );
}
