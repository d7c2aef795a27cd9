import { createSpotlight, Spotlight } from "@mantine/spotlight";
import "@mantine/spotlight/styles.layer.css";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBuildingStore, IconBuildingWarehouse, IconReceipt2, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type LinkProps, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { listLocations, listOrders, listSkus } from "../api/generated/sdk.gen.ts";
import { useCan } from "../api/session.ts";
import { allowedDestinations } from "./navigation.ts";

const [store, palette] = createSpotlight();
const typingPauseMs = 180;
const resultsPerKind = 5;

type Found = { id: string; group: string; label: string; description?: string; icon: React.ReactNode; link: LinkProps };

/** Finds any order, SKU, location or screen by typing (Ctrl/⌘ K). */
export default function CommandPalette({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const [query, setQuery] = useState("");
  const [sought] = useDebouncedValue(query.trim(), typingPauseMs);
  useEffect(() => (opened ? palette.open() : palette.close()), [opened]);

  const screens: Found[] = allowedDestinations(can)
    .map(({ to, name, icon: Icon }) => ({
      id: name,
      group: t("app.palette.screens"),
      label: t(`app.nav.${name}`),
      icon: <Icon size={18} stroke={1.6} aria-hidden="true" />,
      link: { to },
    }))
    .filter((screen) => screen.label.toLowerCase().includes(query.trim().toLowerCase()));
  const found = useFound(sought);
  useEffect(() => {
    if (found.data) selectFirst();
  }, [found.data]);
  const groups = Object.groupBy([...screens, ...(found.data ?? [])], (each) => each.group);
  const nothing = screens.length === 0 && found.data?.length === 0 && sought === query.trim();

  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={close}
      shortcut={null}
      scrollable
      maxHeight={440}
      radius="lg"
      centered={false}
      attributes={{ content: { "aria-label": t("app.search") } }}
      yOffset="12vh"
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      styles={{ actionDescription: { opacity: 1 } }}
    >
      <Spotlight.Search
        placeholder={t("app.palette.placeholder")}
        leftSection={<IconSearch size={18} stroke={1.6} aria-hidden="true" />}
      />
      <Spotlight.ActionsList aria-busy={found.isFetching}>
        {Object.entries(groups).map(([group, members]) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {members?.map(({ id, label, description, icon, link }) => (
              <Spotlight.Action
                key={id}
                label={label}
                description={description}
                leftSection={icon}
                onClick={() => void navigate(link)}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {nothing && <Spotlight.Empty>{t("app.palette.nothing", { query })}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/**
 * Spotlight selects the first of its actions when a key is typed, but what was found arrives after the last key:
 * Enter would do nothing until an arrow key had chosen. It marks the selected action in the document itself.
 */
function selectFirst(): void {
  const list = document.getElementById(store.getState().listId);
  list?.querySelector("[data-selected]")?.removeAttribute("data-selected");
  list?.querySelector("[data-action]")?.setAttribute("data-selected", "true");
  store.updateState((state) => ({ ...state, selected: 0 }));
}

function useFound(sought: string) {
  const { t } = useTranslation();
  const can = useCan();
  return useQuery({
    queryKey: ["palette", sought],
    enabled: sought.length > 1,
    staleTime: 30_000,
    queryFn: async ({ signal }): Promise<Found[]> => {
      const query = { query: sought, limit: resultsPerKind };
      const [orders, skus, locations] = await Promise.all([
        can("orders:read") ? listOrders({ query, signal }) : null,
        can("catalog:read") ? listSkus({ query, signal }) : null,
        can("network:read") ? listLocations({ query, signal }) : null,
      ]);
      return [
        ...(orders?.data.data ?? []).map((order) => ({
          id: order.id,
          group: t("app.palette.orders"),
          label: `${order.number} · ${order.customerName ?? order.externalReference}`,
          description: `${order.channel} · ${order.externalReference} · ${order.status}`,
          icon: <IconReceipt2 size={18} stroke={1.6} aria-hidden="true" />,
          link: { to: "/orders/$orderId", params: { orderId: order.id } } as LinkProps,
        })),
        ...(skus?.data.data ?? []).map((sku) => ({
          id: `sku ${sku.code}`,
          group: t("app.palette.skus"),
          label: sku.name,
          description: [sku.code, sku.gtin].filter(Boolean).join(" · "),
          icon: <IconBuildingWarehouse size={18} stroke={1.6} aria-hidden="true" />,
          link: { to: "/inventory/$sku", params: { sku: sku.code } } as LinkProps,
        })),
        ...(locations?.data.data ?? []).map((location) => ({
          id: `location ${location.code}`,
          group: t("app.palette.locations"),
          label: location.name,
          description: location.code,
          icon: <IconBuildingStore size={18} stroke={1.6} aria-hidden="true" />,
          link: { to: "/locations/$code", params: { code: location.code } } as LinkProps,
        })),
      ];
    },
  });
}
