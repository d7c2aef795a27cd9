-- outside a transaction
-- Ended messages that still hold links by which somebody could answer for the customer: found without reading all of them.
-- It is empty as soon as they have been taken away.
create index concurrently if not exists outbox_links on messages.outbox (created_at)
  where state not in ('queued', 'sending')
    and (decline_url is not null or html ~ '/m/[A-Za-z0-9_-]{32}' or text ~ '/m/[A-Za-z0-9_-]{32}');
