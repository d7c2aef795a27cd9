import { Button, Group, Modal, Select, Stack } from "@mantine/core";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatPercent } from "../../ui/format.ts";
import { DropZone } from "../../ui/drop-zone.tsx";
import { Progress } from "../../ui/meter.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { isKind, type Kind, kinds } from "./import-facts.tsx";
import { sendFile } from "./send-file.ts";
import { type Counted, countedNow, StockOptions, stockOptions } from "./stock-options.tsx";

const columnsOf: Readonly<Record<Kind, string>> = {
  stock: "sku, location, quantity, asOf, damaged",
  skus: "code, name, productId, gtin, categoryPath, weightGrams, imageUrl, …",
  locations: "code, name, type, timeZone, city, country, latitude, longitude, …",
  networks: "code, name, locations",
  channels: "code, name, kind, brand, market, currency, network, …",
};

export function Upload({ opened, close, kind }: { opened: boolean; close: () => void; kind: Kind }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={<strong>{t("import.upload")}</strong>}
      size="lg"
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <UploadForm close={close} first={kind} />
    </Modal>
  );
}

function UploadForm({ close, first }: { close: () => void; first: Kind }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [kind, setKind] = useState<Kind>(first);
  const [counted, setCounted] = useState<Counted>(countedNow);
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState<number>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);

  async function send(event: React.FormEvent) {
    event.preventDefault();
    if (!file) return;
    stop.current = new AbortController();
    setError(undefined);
    setSent(0);
    try {
      const created = await sendFile(
        kind,
        kind === "stock" ? stockOptions(counted) : {},
        file,
        setSent,
        stop.current.signal,
      );
      await queries.invalidateQueries({ queryKey: ["imports"] });
      await navigate({ to: "/imports/$importId", params: { importId: created.id } });
    } catch (refused) {
      setError(refused);
      setSent(undefined);
    }
  }

  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="sm">
        <Select
          label={t("import.kind")}
          data={kinds.map((value) => ({ value, label: t(`import.kinds.${value}`) }))}
          value={kind}
          onChange={(value) => isKind(value) && setKind(value)}
          allowDeselect={false}
          disabled={sent !== undefined}
        />
        <DropZone
          file={file}
          choose={setFile}
          disabled={sent !== undefined}
          accept=".csv,text/csv"
          label={t("import.file")}
          icon={<IconFileTypeCsv size={28} stroke={1.4} aria-hidden="true" />}
        >
          {t("import.drop")}
        </DropZone>
        <p className="faint" style={{ margin: 0 }}>
          {t("import.columns")} <span className="code">{columnsOf[kind]}</span>
        </p>
        {kind === "stock" && <StockOptions value={counted} change={setCounted} />}
        {sent !== undefined && (
          <div>
            <Progress ratio={sent} label={t("import.sending")} />
            <span className="soft">{t("import.sent", { percent: formatPercent(sent) })}</span>
          </div>
        )}
        {error !== undefined && <ProblemNote error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button
            variant="default"
            onClick={() => {
              stop.current?.abort();
              close();
            }}
          >
            {t("ui.back")}
          </Button>
          <Button type="submit" disabled={!file} loading={sent !== undefined}>
            {t("import.start")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
