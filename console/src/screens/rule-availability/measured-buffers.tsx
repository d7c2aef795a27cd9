import { Button, NumberInput } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { acceptBufferProposals, listBufferProposals, withdrawMeasuredBuffers } from "../../api/generated/sdk.gen.ts";
import type { BufferProposal } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import card from "../card.module.css";
import { LocationLink, locationFilter, useLocationNames } from "../places.tsx";
import { StockTabs } from "../stock-tabs.tsx";

const route = getRouteApi("/signed-in/measured-buffers");

/** The API's own limit of one call that names positions. */
const mostNamed = 500;
const usualPercent = 1;

type Verb = "accept" | "withdraw";
const said = {
  accept: { title: "measured.acceptTitle", verb: "measured.accept", effect: "measured.acceptEffect" },
  withdraw: { title: "measured.withdrawTitle", verb: "measured.withdraw", effect: "measured.withdrawEffect" },
} as const;

/** The smallest buffers that would have kept shorts below a rate, and those that are kept because of it (I5, I7). */
export function MeasuredBuffers() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const nameOf = useLocationNames();
  const can = useCan();
  const columns = useColumns();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Verb | null>(null);
  const percent = percentOf(search.percent);
  const filter = { ...(search.sku && { sku: search.sku }), ...(search.location && { location: search.location }) };
  const { list, rows } = useCursorList(["buffer-proposals", search], (after, signal) =>
    listBufferProposals({ query: { ...filter, maxShortPercent: percent, after, limit: pageSize }, signal }),
  );
  const filters = useMemo<Filter[]>(
    () => [
      locationFilter(t("stock.location"), nameOf),
      { kind: "text", name: "sku", label: t("stock.sku"), placeholder: "SHIRT-RED-M" },
    ],
    [t, nameOf],
  );
  const items = rows.filter((row) => selected.has(idOf(row))).map(({ sku, location }) => ({ sku, location }));
  const change = (patch: Record<string, string | undefined>) => {
    setSelected(new Set());
    void navigate({ search: (before) => ({ ...before, ...patch }), replace: true });
  };

  async function run(verb: Verb) {
    const parts = items.length === 0 ? [{ filter }] : portions(items).map((part) => ({ items: part }));
    for (const part of parts)
      await (verb === "accept"
        ? acceptBufferProposals({ body: { ...part, maxShortPercent: percent } })
        : withdrawMeasuredBuffers({ body: part }));
    setSelected(new Set());
    await queries.invalidateQueries({ queryKey: ["buffer-proposals"] });
  }

  const what =
    items.length > 0
      ? t("measured.selected", { count: items.length })
      : t(Object.keys(filter).length > 0 ? "measured.allFound" : "measured.all");
  return (
    <Page
      title={t("measured.title")}
      layout="fill"
      actions={
        can("documents:publish") && (
          <>
            <Button variant="default" disabled={rows.length === 0} onClick={() => setAsked("withdraw")}>
              {t("measured.withdraw")}
            </Button>
            <Button disabled={rows.length === 0} onClick={() => setAsked("accept")}>
              {t("measured.accept")}
            </Button>
          </>
        )
      }
    >
      <StockTabs />
      <p className="soft" style={{ margin: 0, maxWidth: "75ch" }}>
        {t("measured.about")}
      </p>
      <NumberInput
        label={t("measured.percent")}
        suffix=" %"
        maw={420}
        my="xs"
        min={0}
        max={100}
        step={0.5}
        decimalScale={1}
        value={percent}
        onChange={(next) =>
          change({ percent: next === "" || Number(next) === usualPercent ? undefined : String(next) })
        }
      />
      <FilterBar filters={filters} values={search} change={change} />
      <DataTable<BufferProposal>
        name="measured-buffers"
        label={t("measured.title")}
        columns={columns}
        rows={rows}
        rowId={idOf}
        list={list}
        open={({ sku, location }) => ({ to: "/inventory/$sku", params: { sku }, search: { location } })}
        selection={can("documents:publish") ? { ids: selected, change: setSelected } : undefined}
        card={(row) => <ProposalCard row={row} />}
        empty={
          <Empty title={t("measured.none")} icon={<IconShieldCheck size={26} stroke={1.4} aria-hidden="true" />}>
            {t("measured.noneText")}
          </Empty>
        }
      />
      {(["accept", "withdraw"] as const).map((verb) => (
        <ConfirmAction
          key={verb}
          opened={asked === verb}
          onClose={() => setAsked(null)}
          title={t(said[verb].title)}
          verb={t(said[verb].verb)}
          run={() => run(verb)}
        >
          <p>
            {what} {t(said[verb].effect, { percent })}
          </p>
        </ConfirmAction>
      ))}
    </Page>
  );
}

function useColumns(): readonly TableColumn<BufferProposal>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "sku", header: t("stock.sku"), width: 180, fixed: true, cell: ({ sku }) => sku },
      { id: "name", header: t("stock.product"), cell: ({ name }) => <span className="truncate">{name}</span> },
      {
        id: "location",
        header: t("stock.location"),
        width: 200,
        cell: ({ location }) => <LocationLink code={location} />,
      },
      { id: "accepted", header: t("measured.kept"), width: 84, numeric: true, cell: (row) => <Kept row={row} /> },
      {
        id: "proposed",
        header: t("measured.proposed"),
        width: 104,
        numeric: true,
        cell: (row) => <Proposed row={row} />,
      },
      {
        id: "shorts",
        header: t("measured.shorts"),
        width: 84,
        numeric: true,
        cell: ({ shorts }) => formatCount(shorts),
      },
      {
        id: "units",
        header: t("measured.units"),
        width: 150,
        numeric: true,
        cell: ({ shortUnits, shortUnitsWith }) => `${formatCount(shortUnits)} → ${formatCount(shortUnitsWith)}`,
      },
      {
        id: "promised",
        header: t("measured.promised"),
        width: 96,
        numeric: true,
        cell: ({ promised }) => formatCount(promised),
      },
      {
        id: "lag",
        header: t("measured.lag"),
        width: 132,
        numeric: true,
        cell: ({ lagSeconds }) => <Lag of={lagSeconds} />,
      },
    ],
    [t],
  );
}

function Kept({ row: { accepted } }: { row: BufferProposal }) {
  return <span className={accepted === 0 ? "faint" : undefined}>{formatCount(accepted)}</span>;
}

function Proposed({ row: { proposed, accepted } }: { row: BufferProposal }) {
  if (proposed === null) return <span className="faint">–</span>;
  return proposed === accepted ? (
    <span className="faint">{formatCount(proposed)}</span>
  ) : (
    <strong>{formatCount(proposed)}</strong>
  );
}

function Lag({ of: seconds }: { of: number | null }) {
  const { t } = useTranslation();
  if (seconds === null) return <span className="faint">–</span>;
  return t(seconds < 120 ? "measured.seconds" : "measured.minutes", {
    shown: formatCount(seconds < 120 ? seconds : Math.round(seconds / 60)),
  });
}

function ProposalCard({ row }: { row: BufferProposal }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  return (
    <span className={card.card}>
      <span className={card.line}>
        <strong className="truncate">{row.name}</strong>
        <span className={card.end}>
          <Kept row={row} /> → <Proposed row={row} />
        </span>
      </span>
      <span className={card.line}>
        <span className="truncate soft">{nameOf(row.location)}</span>
        <span className={`${card.end} faint`}>
          {t("measured.shortsOf", { count: row.shorts, promised: formatCount(row.promised) })}
        </span>
      </span>
    </span>
  );
}

function idOf({ sku, location }: Pick<BufferProposal, "sku" | "location">): string {
  return `${sku} ${location}`;
}

/** What the address says, if it is a rate. */
function percentOf(text: string | undefined): number {
  const percent = Number(text ?? usualPercent);
  return percent >= 0 && percent <= 100 ? percent : usualPercent;
}

function portions<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / mostNamed) }, (_, part) =>
    items.slice(part * mostNamed, (part + 1) * mostNamed),
  );
}
