import { Checkbox, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Link, type LinkProps, useRouter } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ColumnsButton } from "./columns-button.tsx";
import classes from "./data-table.module.css";
import { formatCount, formatTime } from "./format.ts";
import { Failed } from "./states.tsx";
import { type TableColumn, useShownColumns } from "./table-columns.ts";

/** The part of an infinite query that a list shows; pages are loaded as the reader scrolls towards the end. */
export type ListState = {
  isPending: boolean;
  isFetching: boolean;
  isPlaceholderData: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  error: unknown;
  dataUpdatedAt: number;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
};

type DataTableProps<Row extends object> = {
  /** Names the table for screen readers and for the stored choice of columns. */
  name: string;
  label: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  list: ListState;
  /** The page behind a row. The first column becomes its link, and a click anywhere on the row opens it. */
  open?: (row: Row) => LinkProps;
  /** How a row looks at phone size; without it the table scrolls sideways. */
  card?: (row: Row) => React.ReactNode;
  empty: React.ReactNode;
  /** The exact number of rows behind the filter, when the server knows it. */
  total?: number;
  selection?: { ids: ReadonlySet<string>; change: (ids: ReadonlySet<string>) => void };
  /** Stands left in the foot, beside the count. */
  foot?: React.ReactNode;
};

const rowHeight = 37;
const cardHeight = 84;
/** So many rows before the end the next page is asked for. */
const loadAhead = 30;

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const phone = useMediaQuery("(max-width: 48em)");
  const { list, rows } = props;
  if (list.error && rows.length === 0) return <Failed error={list.error} retry={() => list.refetch()} />;
  if (!list.isPending && rows.length === 0) return <>{props.empty}</>;
  return (
    <div className={classes.frame}>
      {phone && props.card ? <CardList {...props} card={props.card} /> : <RowTable {...props} />}
      <Foot {...props} />
    </div>
  );
}

function useLoadMore(lastShown: number, count: number, list: ListState) {
  const { hasNextPage, isFetchingNextPage, error, fetchNextPage } = list;
  const near = lastShown >= count - loadAhead;
  useEffect(() => {
    if (near && hasNextPage && !isFetchingNextPage && !error) fetchNextPage();
  }, [near, hasNextPage, isFetchingNextPage, error, fetchNextPage]);
}

function RowTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, list, open, selection, label, name, total } = props;
  const { t } = useTranslation();
  const router = useRouter();
  const scroller = useRef<HTMLDivElement>(null);
  const { visible, isShown, toggle } = useShownColumns(name, columns);
  const isUneven = columns.some((column) => column.wrap);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 16,
  });
  const items = virtualizer.getVirtualItems();
  useLoadMore(items.at(-1)?.index ?? 0, rows.length, list);
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const span = visible.length + (selection ? 1 : 0);
  const minWidth = visible.reduce((sum, column) => sum + (column.width ?? 160), selection ? 40 : 0);

  function openRow(event: React.MouseEvent, row: Row) {
    if (!open || (event.target as HTMLElement).closest("a, button, input, label")) return;
    if (window.getSelection()?.toString()) return;
    const link = open(row);
    if (event.metaKey || event.ctrlKey) window.open(router.buildLocation(link).href);
    else void router.navigate(link);
  }

  /** Up and down move between the rows' links, so that a list is walked without the mouse. */
  function walk(event: React.KeyboardEvent) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const from = (event.target as HTMLElement).closest<HTMLElement>("tr[data-index]")?.dataset.index;
    if (step === 0 || from === undefined) return;
    const to = Number(from) + step;
    if (to < 0 || to >= rows.length) return;
    event.preventDefault();
    virtualizer.scrollToIndex(to);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`tr[data-index="${to}"] a`)?.focus());
  }

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={open ? undefined : 0}
      data-stale={list.isPlaceholderData || undefined}
      aria-busy={list.isFetching}
    >
      <table
        className={classes.table}
        style={{ minWidth }}
        aria-label={label}
        aria-rowcount={list.hasNextPage && total === undefined ? -1 : (total ?? rows.length) + 1}
      >
        <colgroup>
          {selection && <col style={{ width: 40 }} />}
          {visible.map((column) => (
            <col key={column.id} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {selection && (
              <th>
                <SelectAll rows={rows} rowId={rowId} selection={selection} />
              </th>
            )}
            {visible.map((column) => (
              <th key={column.id} scope="col" data-numeric={column.numeric || undefined}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {list.isPending ? (
            <SkeletonRows columns={span} />
          ) : (
            <>
              {before > 0 && <Spacer height={before} span={span} />}
              {items.map((item) => {
                const row = rows[item.index];
                if (!row) return null;
                const id = rowId(row);
                return (
                  <tr
                    key={id}
                    ref={isUneven ? virtualizer.measureElement : undefined}
                    data-index={item.index}
                    aria-rowindex={item.index + 2}
                    aria-selected={selection?.ids.has(id)}
                    data-opens={open ? true : undefined}
                    onClick={(event) => openRow(event, row)}
                  >
                    {selection && (
                      <td>
                        <Checkbox
                          size="xs"
                          aria-label={t("ui.selectRow")}
                          checked={selection.ids.has(id)}
                          onChange={() => selection.change(toggled(selection.ids, id))}
                        />
                      </td>
                    )}
                    {visible.map((column, index) => {
                      const content = column.cell(row);
                      return (
                        <td
                          key={column.id}
                          data-numeric={column.numeric || undefined}
                          data-wrap={column.wrap || undefined}
                        >
                          {open && index === 0 ? (
                            <Link {...open(row)} className={classes.rowLink} onKeyDown={walk}>
                              {content}
                            </Link>
                          ) : (
                            content
                          )}
                        </td>
                      );
                    })}
                  </tr>
                );
              })}
              {after > 0 && <Spacer height={after} span={span} />}
            </>
          )}
        </tbody>
      </table>
      <ColumnsButton columns={columns} isShown={isShown} toggle={toggle} />
    </div>
  );
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

function SelectAll<Row>({
  rows,
  rowId,
  selection,
}: {
  rows: readonly Row[];
  rowId: (row: Row) => string;
  selection: { ids: ReadonlySet<string>; change: (ids: ReadonlySet<string>) => void };
}) {
  const { t } = useTranslation();
  const all = rows.length > 0 && rows.every((row) => selection.ids.has(rowId(row)));
  return (
    <Checkbox
      size="xs"
      aria-label={t("ui.selectAll")}
      checked={all}
      indeterminate={!all && selection.ids.size > 0}
      onChange={() => selection.change(all ? new Set() : new Set(rows.map(rowId)))}
    />
  );
}

/** Stands for the rows above or below the window of rendered ones. */
function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true" className={classes.spacer}>
      <td colSpan={span} style={{ height }} />
    </tr>
  );
}

function SkeletonRows({ columns }: { columns: number }) {
  return Array.from({ length: 14 }, (_, row) => (
    <tr key={row} aria-hidden="true">
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <Skeleton height={9} width={`${44 + ((row * 31 + column * 17) % 44)}%`} />
        </td>
      ))}
    </tr>
  ));
}

function CardList<Row extends object>({
  rows,
  rowId,
  list,
  open,
  card,
  label,
}: DataTableProps<Row> & { card: (row: Row) => React.ReactNode }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    overscan: 6,
  });
  const items = virtualizer.getVirtualItems();
  useLoadMore(items.at(-1)?.index ?? 0, rows.length, list);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={open ? undefined : 0}
      data-stale={list.isPlaceholderData || undefined}
    >
      {list.isPending ? (
        <div className={classes.cardSkeletons}>
          {Array.from({ length: 6 }, (_, each) => (
            <Skeleton key={each} height={cardHeight - 12} radius="md" />
          ))}
        </div>
      ) : (
        <ul aria-label={label} className={classes.cards} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <li
                key={rowId(row)}
                ref={virtualizer.measureElement}
                data-index={item.index}
                aria-setsize={list.hasNextPage ? -1 : rows.length}
                aria-posinset={item.index + 1}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {open ? (
                  <Link {...open(row)} className={classes.cardLink}>
                    {card(row)}
                  </Link>
                ) : (
                  <div className={classes.cardLink}>{card(row)}</div>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function Foot<Row extends object>({ rows, list, total, foot }: DataTableProps<Row>) {
  const { t } = useTranslation();
  const loaded = formatCount(rows.length);
  return (
    <div className={classes.foot}>
      {foot}
      <span role="status" aria-live="polite">
        {list.isPending
          ? t("ui.loading")
          : total !== undefined && total > rows.length
            ? t("ui.rowsOfTotal", { loaded, total: formatCount(total) })
            : list.hasNextPage
              ? t("ui.rowsMore", { loaded })
              : t("ui.rows", { count: rows.length, loaded })}
      </span>
      {list.error ? (
        <button type="button" className={classes.footError} onClick={() => list.refetch()}>
          {t("ui.staleRetry")}
        </button>
      ) : (
        list.dataUpdatedAt > 0 && (
          <span className={classes.footTime}>{t("ui.asOf", { time: formatTime(new Date(list.dataUpdatedAt)) })}</span>
        )
      )}
    </div>
  );
}
