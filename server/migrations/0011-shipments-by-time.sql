-- outside a transaction
-- Today counts what was shipped and delivered on a few days, every five seconds per open page, and must not read all
-- shipments for it. BRIN serves both columns, costs a shipment next to nothing, and leaves deliveries updates in place.
create index concurrently if not exists shipments_times on fulfillment.shipments using brin (shipped_at, delivered_at)
  with (pages_per_range = 32, autosummarize = on);
