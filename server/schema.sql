-- Generated from server/migrations by `npm run generate`. Do not edit.

create extension pg_trgm with schema public;

create schema access;
create schema availability;
create schema catalog;
create schema fulfillment;
create schema integrations;
create schema inventory;
create schema messages;
create schema network;
create schema orders;
create schema platform;
create schema promising;
create schema tasks;
create schema workflow;

create sequence orders.order_numbers;

create table access.api_keys (
  id uuid not null,
  name text not null,
  prefix text not null,
  secret_hash bytea not null,
  permissions text[] not null,
  location_codes text[],
  channel_codes text[],
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  used_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_prefix_key UNIQUE (prefix)
);

create table access.changes (
  singleton boolean not null default true,
  version bigint not null,
  constraint changes_pkey PRIMARY KEY (singleton),
  constraint changes_singleton_check CHECK (singleton)
);

create table access.roles (
  code text not null,
  name text not null,
  permissions text[] not null,
  shipped boolean not null default false,
  version integer not null default 1,
  updated_at timestamp with time zone not null default now(),
  constraint roles_pkey PRIMARY KEY (code)
);

create table access.sessions (
  token_hash bytea not null,
  user_id uuid not null,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint sessions_pkey PRIMARY KEY (token_hash),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES access.users(id)
);

create table access.user_roles (
  user_id uuid not null,
  role_code text not null,
  constraint user_roles_pkey PRIMARY KEY (user_id, role_code),
  constraint user_roles_role_code_fkey FOREIGN KEY (role_code) REFERENCES access.roles(code),
  constraint user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES access.users(id)
);

create table access.users (
  id uuid not null,
  email text not null,
  name text not null,
  password_hash text not null,
  language text,
  disabled_at timestamp with time zone,
  location_codes text[],
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  teams text[] not null default '{}'::text[],
  alert_mails boolean not null default true,
  constraint users_pkey PRIMARY KEY (id)
);

create table availability.channel_feeds (
  channel_id integer not null,
  id uuid not null default gen_random_uuid(),
  events integer not null default 0,
  "position" bigint not null default 0,
  swept_for text,
  sweeping_for text,
  sweeping_after integer not null default 0,
  sweeping_since timestamp with time zone,
  constraint channel_feeds_pkey PRIMARY KEY (channel_id)
);

create table availability.feed_lookout (
  singleton boolean not null default true,
  snapshot pg_snapshot not null default pg_current_snapshot(),
  catalog_revision bigint not null default 0,
  looked_at timestamp with time zone not null default now(),
  holder uuid,
  until timestamp with time zone not null default '-infinity'::timestamp with time zone,
  constraint feed_lookout_pkey PRIMARY KEY (singleton),
  constraint feed_lookout_singleton_check CHECK (singleton)
);

create table availability.feed_minutes (
  channel_id integer not null,
  lane text not null,
  minute timestamp with time zone not null,
  lags integer[] not null,
  constraint feed_minutes_pkey PRIMARY KEY (channel_id, lane, minute)
);

create table availability.measured_buffers (
  sku_id integer not null,
  location_id integer not null,
  units integer not null,
  evidence jsonb not null,
  accepted_at timestamp with time zone not null,
  accepted_by text not null,
  revision bigint not null,
  constraint measured_buffers_pkey PRIMARY KEY (sku_id, location_id),
  constraint measured_buffers_units_check CHECK (units >= 0)
);

create table availability.measured_revision (
  only_row boolean not null default true,
  revision bigint not null,
  constraint measured_revision_pkey PRIMARY KEY (only_row),
  constraint measured_revision_only_row_check CHECK (only_row)
);

create table availability.quota_uses (
  id bigint not null generated always as identity,
  recorded_at timestamp with time zone not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  quota_id bigint not null,
  order_id uuid not null,
  delta integer not null,
  used integer not null,
  version bigint not null,
  constraint quota_uses_pkey PRIMARY KEY (id, recorded_at)
) partition by RANGE (recorded_at);

create table availability.quotas (
  id bigint not null generated always as identity,
  sku_id integer not null,
  channel_id integer not null,
  rule text not null,
  period text not null,
  ends_at timestamp with time zone,
  used integer not null default 0,
  version bigint not null default 0,
  constraint quotas_pkey PRIMARY KEY (id),
  constraint quotas_sku_id_channel_id_rule_period_key UNIQUE (sku_id, channel_id, rule, period)
) with (fillfactor=70);

create table availability.told (
  channel_id integer not null,
  sku_id integer not null,
  quantity bigint not null,
  label text not null,
  "position" bigint not null,
  told_at timestamp with time zone,
  waiting_since timestamp with time zone,
  constraint told_pkey PRIMARY KEY (channel_id, sku_id)
) with (fillfactor=80);

create table availability.velocities (
  sku_id integer not null,
  heat double precision not null,
  constraint velocities_pkey PRIMARY KEY (sku_id)
) with (fillfactor=70);

create table catalog.revision (
  singleton boolean not null default true,
  revision bigint not null,
  constraint revision_pkey PRIMARY KEY (singleton),
  constraint revision_singleton_check CHECK (singleton)
);

create table catalog.sku_import_rows (
  import_id uuid not null,
  row_number integer not null,
  code text,
  product_id text,
  name text,
  gtin text,
  category_path text,
  weight_grams text,
  length_millimeters text,
  width_millimeters text,
  height_millimeters text,
  image_url text,
  attributes text,
  freight_class text,
  hs_code text,
  origin_country text,
  hazard_class text,
  minimum_age text,
  units_of_measure text,
  serial_tracked text,
  lot_tracked text,
  expiry_tracked text,
  active text,
  external_id text,
  metadata text,
  constraint sku_import_rows_pkey PRIMARY KEY (import_id, row_number)
);

create table catalog.skus (
  id integer not null generated always as identity,
  uuid uuid not null default gen_random_uuid(),
  code text not null,
  product_id text,
  name text not null,
  gtin text,
  category_path text not null default ''::text,
  weight_grams integer,
  length_millimeters integer,
  width_millimeters integer,
  height_millimeters integer,
  image_url text,
  attributes jsonb not null default '{}'::jsonb,
  freight_class text,
  hs_code text,
  origin_country text,
  hazard_class text,
  minimum_age integer,
  units_of_measure jsonb not null default '[]'::jsonb,
  serial_tracked boolean not null default false,
  lot_tracked boolean not null default false,
  expiry_tracked boolean not null default false,
  active boolean not null default true,
  external_id text,
  metadata jsonb not null default '{}'::jsonb,
  version integer not null default 1,
  revision bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  search_text text not null generated always as (lower((((((((code || '
'::text) || COALESCE(product_id, ''::text)) || '
'::text) || COALESCE(gtin, ''::text)) || '
'::text) || name) COLLATE pg_c_utf8))) stored,
  constraint skus_pkey PRIMARY KEY (id),
  constraint skus_code_key UNIQUE (code),
  constraint skus_height_millimeters_check CHECK (height_millimeters >= 0),
  constraint skus_length_millimeters_check CHECK (length_millimeters >= 0),
  constraint skus_minimum_age_check CHECK (minimum_age >= 0 AND minimum_age <= 150),
  constraint skus_weight_grams_check CHECK (weight_grams >= 0),
  constraint skus_width_millimeters_check CHECK (width_millimeters >= 0)
);

create table fulfillment.shipment_lines (
  shipment_id uuid not null,
  line_number integer not null,
  quantity integer not null,
  constraint shipment_lines_pkey PRIMARY KEY (shipment_id, line_number),
  constraint shipment_lines_quantity_check CHECK (quantity > 0)
);

create table fulfillment.shipments (
  id uuid not null,
  order_id uuid not null,
  fulfillment_order_id uuid not null,
  reference text not null,
  carrier text,
  tracking_number text,
  tracking_url text,
  status text not null,
  estimated_delivery_on date,
  shipped_at timestamp with time zone not null,
  delivered_at timestamp with time zone,
  recorded_at timestamp with time zone not null default now(),
  lost_at timestamp with time zone,
  constraint shipments_pkey PRIMARY KEY (id),
  constraint shipments_fulfillment_order_id_reference_key UNIQUE (fulfillment_order_id, reference),
  constraint shipments_status_check CHECK (status = ANY (ARRAY['shipped'::text, 'delivered'::text, 'lost'::text]))
) with (fillfactor=85);

create table integrations.inbound_events (
  id uuid not null,
  source text not null,
  sender_id text not null,
  type text not null,
  occurred_at timestamp with time zone,
  sequence bigint,
  entity_key text,
  body bytea,
  received_at timestamp with time zone not null default now(),
  job_id uuid not null,
  outcome text,
  result jsonb,
  constraint inbound_events_pkey PRIMARY KEY (id),
  constraint inbound_events_source_sender_id_key UNIQUE (source, sender_id),
  constraint inbound_events_outcome_check CHECK (outcome = ANY (ARRAY['applied'::text, 'ignored'::text]))
) with (fillfactor=85);

create table integrations.inbound_secrets (
  source text not null,
  secret bytea not null,
  previous_secret bytea,
  previous_secret_until timestamp with time zone,
  set_at timestamp with time zone not null default now(),
  set_by text not null,
  constraint inbound_secrets_pkey PRIMARY KEY (source)
);

create table integrations.webhook_attempts (
  id bigint not null generated always as identity,
  delivery_id uuid not null,
  webhook_id uuid not null,
  attempt integer not null,
  started_at timestamp with time zone not null,
  duration_ms integer not null,
  status smallint,
  error text,
  answer_headers jsonb not null default '{}'::jsonb,
  answer_body text,
  constraint webhook_attempts_pkey PRIMARY KEY (id)
);

create table integrations.webhook_replays (
  id uuid not null,
  webhook_id uuid not null,
  next_position bigint not null,
  to_position bigint not null,
  deliveries integer not null default 0,
  requested_by text not null,
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  constraint webhook_replays_pkey PRIMARY KEY (id)
);

create table integrations.webhooks (
  id uuid not null,
  url text not null,
  description text not null default ''::text,
  event_types text[] not null,
  channels text[],
  locations text[],
  state text not null default 'active'::text,
  disabled_reason text,
  version integer not null default 1,
  secret bytea not null,
  previous_secret bytea,
  previous_secret_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  updated_at timestamp with time zone not null default now(),
  failing_since timestamp with time zone,
  open_until timestamp with time zone,
  trips integer not null default 0,
  constraint webhooks_pkey PRIMARY KEY (id),
  constraint webhooks_event_types_check CHECK (cardinality(event_types) > 0),
  constraint webhooks_state_check CHECK (state = ANY (ARRAY['active'::text, 'paused'::text, 'disabled'::text, 'removed'::text]))
);

create table inventory.allocations (
  holder_id uuid not null,
  line_number integer not null,
  order_id uuid not null,
  sku_id integer not null,
  location_id integer not null,
  quantity integer not null,
  allocated_at timestamp with time zone not null,
  constraint allocations_pkey PRIMARY KEY (holder_id, line_number),
  constraint allocations_quantity_check CHECK (quantity >= 0)
) with (fillfactor=80);

create table inventory.fact_keys (
  source text not null,
  document text not null,
  sku_id integer not null,
  location_id integer not null,
  kind text not null,
  on_hand integer not null,
  damaged integer not null,
  recorded_at timestamp with time zone not null default now(),
  constraint fact_keys_pkey PRIMARY KEY (sku_id, location_id, source, document, kind)
);

create table inventory.holds (
  id uuid not null,
  expires_at timestamp with time zone not null,
  state text not null default 'held'::text,
  order_id uuid,
  held_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint holds_pkey PRIMARY KEY (id),
  constraint holds_state_check CHECK (state = ANY (ARRAY['held'::text, 'expired'::text, 'released'::text, 'transferred'::text]))
) with (fillfactor=80);

create table inventory.movements (
  id bigint not null generated always as identity,
  recorded_at timestamp with time zone not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  sku_id integer not null,
  location_id integer not null,
  kind text not null,
  delta_on_hand integer not null default 0,
  delta_reserved integer not null default 0,
  delta_allocated integer not null default 0,
  delta_damaged integer not null default 0,
  on_hand integer not null,
  reserved integer not null,
  allocated integer not null,
  damaged integer not null,
  version bigint not null,
  occurred_at timestamp with time zone not null,
  source text not null,
  source_document text,
  reason text,
  actor text not null,
  already_counted integer,
  constraint movements_pkey PRIMARY KEY (id, recorded_at)
) partition by RANGE (recorded_at);

create table inventory.positions (
  sku_id integer not null,
  location_id integer not null,
  on_hand integer not null default 0,
  reserved integer not null default 0,
  allocated integer not null default 0,
  damaged integer not null default 0,
  version bigint not null default 0,
  counted_at timestamp with time zone,
  damaged_counted_at timestamp with time zone,
  counted_available boolean not null default false,
  counted_sources jsonb,
  constraint positions_pkey PRIMARY KEY (sku_id, location_id),
  constraint positions_allocated_check CHECK (allocated >= 0),
  constraint positions_damaged_check CHECK (damaged >= 0),
  constraint positions_reserved_check CHECK (reserved >= 0)
) with (fillfactor=70);

create table inventory.reservations (
  hold_id uuid not null,
  sku_id integer not null,
  location_id integer not null,
  quantity integer not null,
  constraint reservations_pkey PRIMARY KEY (hold_id, sku_id, location_id),
  constraint reservations_quantity_check CHECK (quantity > 0)
);

create table inventory.shorts (
  id uuid not null,
  sku_id integer not null,
  location_id integer not null,
  quantity integer not null,
  reason text not null,
  source text not null,
  opened_at timestamp with time zone not null default now(),
  changed_at timestamp with time zone not null default now(),
  closed_at timestamp with time zone,
  version integer not null default 1,
  constraint shorts_pkey PRIMARY KEY (id),
  constraint shorts_quantity_check CHECK (quantity > 0)
);

create table inventory.stock_import_rows (
  import_id uuid not null,
  row_number integer not null,
  sku text,
  location text,
  quantity text,
  as_of text,
  damaged text,
  ahead boolean,
  constraint stock_import_rows_pkey PRIMARY KEY (import_id, row_number)
);

create table inventory.supplies (
  id uuid not null,
  kind text not null,
  reference text not null,
  line integer not null,
  supplier text,
  sku_id integer not null,
  location_id integer not null,
  expected_on date not null,
  confidence smallint not null,
  quantity integer not null,
  received integer not null default 0,
  cancelled integer not null default 0,
  promised integer not null default 0,
  due integer generated always as (GREATEST(0, ((quantity - received) - cancelled))) stored,
  version integer not null,
  created_at timestamp with time zone not null default now(),
  late_told_on date,
  event_sequence integer not null default 0,
  constraint supplies_pkey PRIMARY KEY (id),
  constraint supplies_kind_reference_line_key UNIQUE (kind, reference, line),
  constraint supplies_cancelled_check CHECK (cancelled >= 0),
  constraint supplies_confidence_check CHECK (confidence >= 0 AND confidence <= 100),
  constraint supplies_kind_check CHECK (kind = ANY (ARRAY['purchase_order'::text, 'asn'::text, 'transfer'::text, 'return'::text])),
  constraint supplies_promised CHECK (promised <= GREATEST(0, quantity - received - cancelled)),
  constraint supplies_promised_check CHECK (promised >= 0),
  constraint supplies_quantity_check CHECK (quantity >= 0),
  constraint supplies_received_check CHECK (received >= 0)
) with (fillfactor=70);

create table inventory.supply_movements (
  id bigint not null generated always as identity,
  recorded_at timestamp with time zone not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  supply_id uuid not null,
  kind text not null,
  delta_quantity integer not null,
  delta_received integer not null,
  delta_cancelled integer not null,
  delta_promised integer not null,
  quantity integer not null,
  received integer not null,
  cancelled integer not null,
  promised integer not null,
  expected_on date not null,
  confidence smallint not null,
  version integer not null,
  reason text,
  actor text not null,
  constraint supply_movements_pkey PRIMARY KEY (id, recorded_at)
) partition by RANGE (recorded_at);

create table inventory.supply_promises (
  supply_id uuid not null,
  order_id uuid not null,
  line_number integer not null,
  sku_id integer not null,
  location_id integer not null,
  waiting integer not null,
  arrived integer not null default 0,
  lost integer not null default 0,
  priority integer not null,
  waits_since timestamp with time zone not null,
  promised_on date not null,
  upset boolean not null default false,
  constraint supply_promises_pkey PRIMARY KEY (supply_id, order_id, line_number),
  constraint supply_promises_arrived_check CHECK (arrived >= 0),
  constraint supply_promises_lost_check CHECK (lost >= 0),
  constraint supply_promises_waiting_check CHECK (waiting >= 0)
) with (fillfactor=80);

create table messages.addresses (
  address_hash bytea not null,
  bounced_at timestamp with time zone,
  bounce_reason text,
  declined_at timestamp with time zone,
  updated_at timestamp with time zone not null default now(),
  constraint addresses_pkey PRIMARY KEY (address_hash)
);

create table messages.links (
  token_hash bytea not null,
  message_id uuid not null,
  order_id uuid not null,
  purpose text not null,
  address_hash bytea,
  language text not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint links_pkey PRIMARY KEY (token_hash),
  constraint links_purpose_check CHECK (purpose = ANY (ARRAY['reportProblem'::text, 'declineFollowUps'::text, 'answerQuestion'::text])) NOT VALID
);

create table messages.outbox (
  id uuid not null,
  trigger text not null,
  medium text not null,
  order_id uuid,
  subject_id uuid,
  facts jsonb not null default '{}'::jsonb,
  channel text not null,
  state text not null default 'queued'::text,
  reason text,
  requested_by text not null,
  resend_of uuid,
  created_at timestamp with time zone not null default now(),
  state_at timestamp with time zone not null default now(),
  template_code text,
  template_version integer,
  language text,
  recipient text,
  subject text,
  html text,
  text text,
  decline_url text,
  erased_at timestamp with time zone,
  order_number bigint not null default 0,
  user_id uuid,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_medium_check CHECK (medium = ANY (ARRAY['email'::text, 'sms'::text, 'push'::text])),
  constraint outbox_reader_check CHECK ((order_id IS NULL) <> (user_id IS NULL)) NOT VALID,
  constraint outbox_state_check CHECK (state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'kept'::text, 'failed'::text, 'skipped'::text]))
) with (fillfactor=80);

create table network.channel_import_rows (
  import_id uuid not null,
  row_number integer not null,
  code text,
  name text,
  kind text,
  brand text,
  market text,
  currency text,
  network text,
  when_unavailable text,
  when_changed text,
  low_stock_at text,
  active text,
  external_id text,
  metadata text,
  constraint channel_import_rows_pkey PRIMARY KEY (import_id, row_number)
);

create table network.channels (
  id integer not null generated always as identity,
  uuid uuid not null default gen_random_uuid(),
  code text not null,
  name text not null,
  kind text not null,
  brand text not null,
  market text not null,
  currency text not null,
  network_id integer not null,
  when_unavailable text not null default 'reject'::text,
  when_changed text not null default 'refuse'::text,
  low_stock_at integer not null default 5,
  active boolean not null default true,
  external_id text,
  metadata jsonb not null default '{}'::jsonb,
  version integer not null default 1,
  revision bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint channels_pkey PRIMARY KEY (id),
  constraint channels_code_key UNIQUE (code),
  constraint channels_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint channels_kind_check CHECK (kind = ANY (ARRAY['web'::text, 'app'::text, 'marketplace'::text, 'social'::text, 'kiosk'::text, 'pos'::text, 'phone'::text])),
  constraint channels_low_stock_at_check CHECK (low_stock_at >= 0),
  constraint channels_when_changed_check CHECK (when_changed = ANY (ARRAY['refuse'::text, 'newVersion'::text])),
  constraint channels_when_unavailable_check CHECK (when_unavailable = ANY (ARRAY['reject'::text, 'backorder'::text])),
  constraint channels_network_id_fkey FOREIGN KEY (network_id) REFERENCES network.networks(id)
);

create table network.location_import_rows (
  import_id uuid not null,
  row_number integer not null,
  code text,
  name text,
  type text,
  groups text,
  line1 text,
  line2 text,
  city text,
  region text,
  postal_code text,
  country text,
  phone text,
  latitude text,
  longitude text,
  time_zone text,
  calendar text,
  capacity_per_day text,
  priority text,
  active text,
  external_id text,
  metadata text,
  constraint location_import_rows_pkey PRIMARY KEY (import_id, row_number)
);

create table network.locations (
  id integer not null generated always as identity,
  uuid uuid not null default gen_random_uuid(),
  code text not null,
  name text not null,
  type text not null,
  groups text[] not null default '{}'::text[],
  address jsonb not null default '{}'::jsonb,
  latitude double precision,
  longitude double precision,
  time_zone text not null,
  calendar jsonb not null default '{}'::jsonb,
  capacity_per_day integer,
  priority integer not null default 100,
  active boolean not null default true,
  external_id text,
  metadata jsonb not null default '{}'::jsonb,
  version integer not null default 1,
  revision bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint locations_pkey PRIMARY KEY (id),
  constraint locations_code_key UNIQUE (code),
  constraint locations_capacity_per_day_check CHECK (capacity_per_day >= 0),
  constraint locations_latitude_check CHECK (latitude >= '-90'::integer::double precision AND latitude <= 90::double precision),
  constraint locations_longitude_check CHECK (longitude >= '-180'::integer::double precision AND longitude <= 180::double precision),
  constraint locations_type_check CHECK (type = ANY (ARRAY['warehouse'::text, 'store'::text, '3pl'::text, 'vendor'::text, 'virtual'::text]))
);

create table network.network_import_rows (
  import_id uuid not null,
  row_number integer not null,
  code text,
  name text,
  locations text,
  external_id text,
  metadata text,
  constraint network_import_rows_pkey PRIMARY KEY (import_id, row_number)
);

create table network.network_locations (
  network_id integer not null,
  location_id integer not null,
  constraint network_locations_pkey PRIMARY KEY (network_id, location_id),
  constraint network_locations_location_id_fkey FOREIGN KEY (location_id) REFERENCES network.locations(id),
  constraint network_locations_network_id_fkey FOREIGN KEY (network_id) REFERENCES network.networks(id)
);

create table network.networks (
  id integer not null generated always as identity,
  uuid uuid not null default gen_random_uuid(),
  code text not null,
  name text not null,
  external_id text,
  metadata jsonb not null default '{}'::jsonb,
  version integer not null default 1,
  revision bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint networks_pkey PRIMARY KEY (id),
  constraint networks_code_key UNIQUE (code)
);

create table network.revision (
  singleton boolean not null default true,
  revision bigint not null,
  constraint revision_pkey PRIMARY KEY (singleton),
  constraint revision_singleton_check CHECK (singleton)
);

create table orders.action_entries (
  order_id uuid not null,
  sequence integer not null,
  data jsonb not null,
  entered_at timestamp with time zone not null default now(),
  constraint action_entries_pkey PRIMARY KEY (order_id, sequence)
);

create table orders.charges (
  order_id uuid not null,
  number smallint not null,
  line_number integer,
  type text not null,
  description text,
  amount bigint not null,
  constraint charges_pkey PRIMARY KEY (order_id, number),
  constraint charges_type_check CHECK (type = ANY (ARRAY['tax'::text, 'duty'::text, 'shipping'::text, 'fee'::text, 'deposit'::text, 'discount'::text]))
);

create table orders.fulfillment_choices (
  order_id uuid not null,
  number smallint not null,
  external_id text not null,
  method text not null,
  location_id integer,
  service text,
  address jsonb,
  latitude double precision,
  longitude double precision,
  not_before timestamp with time zone,
  not_after timestamp with time zone,
  instructions text,
  gift_message text,
  collectors jsonb,
  promise jsonb,
  constraint fulfillment_choices_pkey PRIMARY KEY (order_id, number),
  constraint fulfillment_choices_method_check CHECK (method = ANY (ARRAY['delivery'::text, 'pickup'::text]))
);

create table orders.fulfillment_order_lines (
  fulfillment_order_id uuid not null,
  line_number integer not null,
  sku_id integer not null,
  quantity integer not null,
  shipped integer not null default 0,
  delivered integer not null default 0,
  withdrawn integer not null default 0,
  counted jsonb,
  constraint fulfillment_order_lines_pkey PRIMARY KEY (fulfillment_order_id, line_number),
  constraint fulfillment_order_lines_check CHECK (delivered >= 0 AND delivered <= shipped),
  constraint fulfillment_order_lines_check1 CHECK ((shipped + withdrawn) <= quantity),
  constraint fulfillment_order_lines_quantity_check CHECK (quantity > 0),
  constraint fulfillment_order_lines_shipped_check CHECK (shipped >= 0),
  constraint fulfillment_order_lines_withdrawn_check CHECK (withdrawn >= 0)
) with (fillfactor=80);

create table orders.fulfillment_orders (
  id uuid not null,
  order_id uuid not null,
  number smallint not null,
  choice_number smallint not null,
  location_id integer not null,
  method text not null,
  status text not null,
  due_at timestamp with time zone,
  rejected_reason text,
  created_at timestamp with time zone not null,
  status_at timestamp with time zone not null,
  version integer not null default 1,
  overdue_told integer,
  ready_at timestamp with time zone,
  expired_at timestamp with time zone,
  constraint fulfillment_orders_pkey PRIMARY KEY (id),
  constraint fulfillment_orders_order_id_number_key UNIQUE (order_id, number)
) with (fillfactor=80);

create table orders.holds (
  id uuid not null,
  order_id uuid not null,
  reason text not null,
  note text,
  placed_by text not null,
  placed_at timestamp with time zone not null,
  released_by text,
  released_at timestamp with time zone,
  constraint holds_pkey PRIMARY KEY (id),
  constraint holds_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id)
);

create table orders.mass_action_items (
  mass_action_id uuid not null,
  "position" integer not null,
  order_id uuid not null,
  state text not null default 'pending'::text,
  hold_ids uuid[] not null default '{}'::uuid[],
  released jsonb not null default '[]'::jsonb,
  refusal jsonb,
  constraint mass_action_items_pkey PRIMARY KEY (mass_action_id, "position"),
  constraint mass_action_items_state_check CHECK (state = ANY (ARRAY['pending'::text, 'done'::text, 'refused'::text])),
  constraint mass_action_items_mass_action_id_fkey FOREIGN KEY (mass_action_id) REFERENCES orders.mass_actions(id)
) with (fillfactor=80);

create table orders.mass_actions (
  id uuid not null,
  number bigint not null generated always as identity,
  action text not null,
  data jsonb not null,
  reason text not null,
  filter jsonb not null,
  state text not null,
  order_count integer not null,
  skipped_count integer not null,
  rights jsonb not null,
  begun_by text not null,
  begun_at timestamp with time zone not null default now(),
  decided_by text,
  decided_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint mass_actions_pkey PRIMARY KEY (id),
  constraint mass_actions_number_key UNIQUE (number),
  constraint mass_actions_state_check CHECK (state = ANY (ARRAY['holding'::text, 'ready'::text, 'running'::text, 'done'::text, 'withdrawing'::text, 'withdrawn'::text, 'undoing'::text, 'undone'::text]))
);

create table orders.order_lines (
  order_id uuid not null,
  number integer not null,
  external_reference text,
  choice_number smallint not null,
  sku_id integer not null,
  quantity integer not null,
  unit_price bigint not null,
  backordered integer not null default 0,
  allocated integer not null default 0,
  shipped integer not null default 0,
  delivered integer not null default 0,
  cancelled integer not null default 0,
  attributes jsonb,
  lost jsonb,
  supplied boolean not null default false,
  constraint order_lines_pkey PRIMARY KEY (order_id, number),
  constraint order_lines_allocated_check CHECK (allocated >= 0),
  constraint order_lines_backordered_check CHECK (backordered >= 0),
  constraint order_lines_cancelled_check CHECK (cancelled >= 0),
  constraint order_lines_check CHECK (delivered >= 0 AND delivered <= shipped),
  constraint order_lines_check1 CHECK (quantity = (backordered + allocated + shipped + cancelled)),
  constraint order_lines_quantity_check CHECK (quantity > 0),
  constraint order_lines_shipped_check CHECK (shipped >= 0)
) with (fillfactor=85);

create table orders.orders (
  id uuid not null,
  number bigint not null,
  channel_id integer not null,
  external_reference text not null,
  revision smallint not null default 1,
  content_hash bytea not null,
  type text not null,
  status text not null,
  currency text not null,
  priority smallint not null default 0,
  historical boolean not null default false,
  customer_reference text,
  customer_name text,
  customer_email text,
  customer_phone text,
  item_total bigint not null,
  charge_total bigint not null,
  grand_total bigint not null,
  unit_count integer not null,
  holds smallint not null default 0,
  ordered_at timestamp with time zone not null,
  ordered_at_given boolean not null,
  captured_at timestamp with time zone not null default now(),
  status_at timestamp with time zone not null,
  metadata jsonb not null default '{}'::jsonb,
  version integer not null default 1,
  event_sequence integer not null,
  customer_tier text,
  attributes jsonb,
  sourcing_deferred boolean not null default false,
  language text,
  constraint orders_pkey PRIMARY KEY (id),
  constraint orders_external_reference_channel_id_revision_key UNIQUE (external_reference, channel_id, revision),
  constraint orders_number_key UNIQUE (number)
) with (fillfactor=85);

create table orders.questions (
  id uuid not null,
  order_id uuid not null,
  entry integer not null,
  asked_at timestamp with time zone not null default now(),
  lines jsonb not null,
  answers jsonb not null,
  answer_by timestamp with time zone not null,
  silence text not null,
  ended_at timestamp with time zone,
  answer text,
  ended_by text,
  actor text,
  constraint questions_pkey PRIMARY KEY (id),
  constraint questions_ended_by_check CHECK (ended_by = ANY (ARRAY['customer'::text, 'staff'::text, 'silence'::text, 'overtaken'::text]))
) with (fillfactor=80);

create table orders.sourcing_decisions (
  order_id uuid not null,
  attempt smallint not null,
  decided_at timestamp with time zone not null,
  explanation json not null,
  constraint sourcing_decisions_pkey PRIMARY KEY (order_id, attempt)
);

create table orders.supply_requests (
  id uuid not null,
  sku_id integer not null,
  quantity bigint not null,
  orders integer not null,
  waits_since timestamp with time zone not null,
  opened_at timestamp with time zone not null default now(),
  closed_at timestamp with time zone,
  version integer not null default 1,
  constraint supply_requests_pkey PRIMARY KEY (id),
  constraint supply_requests_quantity_check CHECK (quantity > 0)
) with (fillfactor=80);

create table orders.tenders (
  order_id uuid not null,
  number smallint not null,
  type text not null,
  amount bigint not null,
  installments smallint,
  reference text,
  constraint tenders_pkey PRIMARY KEY (order_id, number)
);

create table platform.audit_log (
  id bigint not null generated always as identity,
  recorded_at timestamp with time zone not null default now(),
  actor text not null,
  action text not null,
  entity_type text,
  entity_id text,
  request_id text,
  details jsonb not null default '{}'::jsonb,
  constraint audit_log_pkey PRIMARY KEY (id, recorded_at)
) partition by RANGE (recorded_at);

create table platform.consumers (
  name text not null,
  "position" bigint not null,
  updated_at timestamp with time zone not null default now(),
  constraint consumers_pkey PRIMARY KEY (name)
);

create table platform.document_drafts (
  document_id uuid not null,
  content json not null,
  based_on integer,
  revision integer not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  updated_by text not null,
  updated_at timestamp with time zone not null,
  constraint document_drafts_pkey PRIMARY KEY (document_id),
  constraint document_drafts_document_id_fkey FOREIGN KEY (document_id) REFERENCES platform.documents(id)
);

create table platform.document_revision (
  singleton boolean not null default true,
  revision bigint not null,
  constraint document_revision_pkey PRIMARY KEY (singleton),
  constraint document_revision_singleton_check CHECK (singleton)
);

create table platform.document_versions (
  document_id uuid not null,
  version integer not null,
  title text not null,
  content json not null,
  content_hash bytea not null,
  origin text not null,
  shipped_version integer,
  note text not null,
  published_by text not null,
  published_at timestamp with time zone not null,
  retired_by text,
  retired_at timestamp with time zone,
  constraint document_versions_pkey PRIMARY KEY (document_id, version),
  constraint document_versions_origin_check CHECK (origin = ANY (ARRAY['shipped'::text, 'own'::text])),
  constraint document_versions_document_id_fkey FOREIGN KEY (document_id) REFERENCES platform.documents(id)
);

create table platform.documents (
  id uuid not null,
  kind text not null,
  code text not null,
  title text not null,
  published_version integer,
  latest_version integer not null default 0,
  shipped_version integer,
  offered_content json,
  draft_revision integer not null default 0,
  event_sequence integer not null default 0,
  revision bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint documents_pkey PRIMARY KEY (id),
  constraint documents_kind_code_key UNIQUE (kind, code)
);

create table platform.events (
  id bigint not null generated always as identity,
  recorded_at timestamp with time zone not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  type text not null,
  entity_type text not null,
  entity_id uuid not null,
  sequence integer not null,
  occurred_at timestamp with time zone not null,
  actor text not null,
  request_id text,
  schema_version smallint not null default 1,
  data jsonb not null,
  constraint events_pkey PRIMARY KEY (id, recorded_at),
  constraint events_sequence_check CHECK (sequence > 0)
) partition by RANGE (recorded_at);

create table platform.feed (
  "position" bigint not null,
  event_id bigint not null,
  recorded_at timestamp with time zone not null,
  type text,
  constraint feed_pkey PRIMARY KEY ("position"),
  constraint feed_event_id_key UNIQUE (event_id)
);

create table platform.feed_state (
  singleton boolean not null default true,
  generation integer not null,
  "position" bigint not null,
  snapshot pg_snapshot not null,
  ticked_at timestamp with time zone not null,
  constraint feed_state_pkey PRIMARY KEY (singleton),
  constraint feed_state_singleton_check CHECK (singleton)
);

create table platform.idempotency_keys (
  principal text not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  response jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint idempotency_keys_pkey PRIMARY KEY (principal, key)
);

create table platform.import_errors (
  import_id uuid not null,
  row_number integer not null,
  column_name text not null default ''::text,
  code text not null,
  message text not null,
  value text,
  constraint import_errors_pkey PRIMARY KEY (import_id, row_number, column_name, code),
  constraint import_errors_import_id_fkey FOREIGN KEY (import_id) REFERENCES platform.imports(id) ON DELETE CASCADE
);

create table platform.imports (
  id uuid not null,
  kind text not null,
  file_name text not null,
  content_hash bytea,
  columns text[] not null default '{}'::text[],
  options jsonb not null default '{}'::jsonb,
  state text not null,
  bytes_read bigint not null default 0,
  rows_total integer not null default 0,
  rows_done integer not null default 0,
  rows_failed integer not null default 0,
  failure text,
  created_by text not null,
  request_id text,
  location_codes text[],
  channel_codes text[],
  created_at timestamp with time zone not null default now(),
  queued_at timestamp with time zone,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  discarded_at timestamp with time zone,
  lease_until timestamp with time zone,
  lease_number integer not null default 0,
  constraint imports_pkey PRIMARY KEY (id),
  constraint imports_state_check CHECK (state = ANY (ARRAY['uploading'::text, 'queued'::text, 'running'::text, 'finished'::text, 'failed'::text, 'cancelled'::text]))
) with (fillfactor=70);

create table platform.jobs (
  id uuid not null,
  sequence bigint not null generated always as identity,
  kind text not null,
  lane text not null default ''::text,
  ordering_key text,
  payload jsonb not null,
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  due_at timestamp with time zone not null,
  lease_until timestamp with time zone,
  lease_number integer not null default 0,
  last_error text,
  parked_at timestamp with time zone,
  owner_team text,
  deadline_at timestamp with time zone,
  ended_at timestamp with time zone,
  ended_by text,
  skip_reason text,
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_check CHECK ((state = 'running'::text) = (lease_until IS NOT NULL)),
  constraint jobs_check1 CHECK ((state = ANY (ARRAY['done'::text, 'skipped'::text])) = (ended_at IS NOT NULL)),
  constraint jobs_check2 CHECK (state <> 'parked'::text OR parked_at IS NOT NULL AND owner_team IS NOT NULL AND deadline_at IS NOT NULL),
  constraint jobs_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'behind'::text, 'running'::text, 'parked'::text, 'done'::text, 'skipped'::text]))
) with (fillfactor=80, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=5000);

create table platform.leases (
  name text not null,
  holder text not null,
  until timestamp with time zone not null,
  constraint leases_pkey PRIMARY KEY (name)
);

create table platform.migration_checksums (
  name text not null,
  checksum text not null,
  constraint migration_checksums_pkey PRIMARY KEY (name)
);

create table platform.migration_lock (
  id character varying(255) not null,
  is_locked integer not null default 0,
  constraint migration_lock_pkey PRIMARY KEY (id)
);

create table platform.migrations (
  name character varying(255) not null,
  "timestamp" character varying(255) not null,
  constraint migrations_pkey PRIMARY KEY (name)
);

create table promising.baskets (
  period integer not null,
  orders bigint not null,
  constraint baskets_pkey PRIMARY KEY (period)
);

create table promising.bought_pairs (
  period integer not null,
  sku_id integer not null,
  other_sku_id integer not null,
  orders integer not null,
  constraint bought_pairs_pkey PRIMARY KEY (period, sku_id, other_sku_id)
) with (fillfactor=80);

create table promising.bought_skus (
  period integer not null,
  sku_id integer not null,
  orders integer not null,
  constraint bought_skus_pkey PRIMARY KEY (period, sku_id)
);

create table promising.checkouts (
  id uuid not null,
  channel_id integer not null,
  basket jsonb not null,
  sources jsonb not null,
  quote jsonb not null,
  created_at timestamp with time zone not null default now(),
  version integer not null default 1,
  constraint checkouts_pkey PRIMARY KEY (id)
) with (fillfactor=80);

create table tasks.comments (
  id uuid not null,
  task_id uuid not null,
  written_by text not null,
  written_at timestamp with time zone not null default now(),
  text text not null,
  constraint comments_pkey PRIMARY KEY (id),
  constraint comments_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks.tasks(id)
);

create table tasks.exceptions (
  id uuid not null,
  kind text not null,
  entity_type text not null,
  entity_id text not null,
  reason text not null,
  next_action text not null,
  details jsonb not null default '{}'::jsonb,
  owner_team text not null,
  due_at timestamp with time zone not null,
  opened_at timestamp with time zone not null default now(),
  closed_at timestamp with time zone,
  closed_by text,
  resolution text,
  reported_from text not null default ''::text,
  events integer not null default 1,
  escalations jsonb,
  level smallint not null default 0,
  escalates_at timestamp with time zone,
  constraint exceptions_pkey PRIMARY KEY (id)
);

create table tasks.tasks (
  id uuid not null,
  queue text not null,
  title text not null,
  instructions text not null,
  team text not null,
  priority smallint not null,
  entity_type text not null,
  entity_id uuid not null,
  root_id uuid not null,
  entry integer not null,
  step text not null,
  subject jsonb not null,
  location text,
  channel text,
  outcomes jsonb not null,
  assignee text,
  due_at timestamp with time zone not null,
  escalations jsonb not null,
  level smallint not null default 0,
  escalates_at timestamp with time zone,
  opened_at timestamp with time zone not null default now(),
  closed_at timestamp with time zone,
  closed_by text,
  outcome text,
  outcome_data jsonb,
  version integer not null default 1,
  title_texts jsonb,
  instructions_texts jsonb,
  helpers text[] not null default '{}'::text[],
  constraint tasks_pkey PRIMARY KEY (id)
);

create table workflow.definitions (
  id integer not null generated always as identity,
  code text not null,
  entity_type text not null,
  version integer not null,
  document jsonb not null,
  content_hash bytea not null,
  published_at timestamp with time zone not null default now(),
  document_version integer,
  constraint definitions_pkey PRIMARY KEY (id),
  constraint definitions_code_version_key UNIQUE (code, version)
);

create table workflow.history (
  entity_id uuid not null,
  entry integer not null,
  recorded_at timestamp with time zone not null default now(),
  event text not null,
  from_state text,
  to_state text not null,
  occurred_at timestamp with time zone not null,
  actor text not null,
  constraint history_pkey PRIMARY KEY (entity_id, entry, recorded_at)
) partition by RANGE (recorded_at);

create table workflow.instances (
  entity_id uuid not null,
  entity_type text not null,
  definition_id integer not null,
  state text not null,
  entry integer not null,
  entered_at timestamp with time zone not null,
  constraint instances_pkey PRIMARY KEY (entity_id)
) with (fillfactor=80);

create table workflow.timers (
  entity_id uuid not null,
  entry integer not null,
  name text not null,
  due_at timestamp with time zone not null,
  constraint timers_pkey PRIMARY KEY (entity_id, entry, name)
);


CREATE INDEX api_keys_created ON access.api_keys USING btree (created_at DESC, id DESC);
CREATE INDEX sessions_user ON access.sessions USING btree (user_id);
CREATE INDEX user_roles_role ON access.user_roles USING btree (role_code);
CREATE UNIQUE INDEX users_email ON access.users USING btree (lower(email));
CREATE INDEX users_teams ON access.users USING gin (teams) WHERE disabled_at IS NULL;
CREATE INDEX feed_minutes_minute ON availability.feed_minutes USING btree (minute);
CREATE INDEX measured_buffers_revision ON availability.measured_buffers USING btree (revision);
CREATE INDEX quota_uses_quota ON ONLY availability.quota_uses USING btree (quota_id, version);
CREATE INDEX quota_uses_xid ON ONLY availability.quota_uses USING btree (xid, id);
CREATE INDEX told_position ON availability.told USING btree (channel_id, "position") WHERE "position" > 0;
CREATE INDEX told_waiting ON availability.told USING btree (channel_id, waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX velocities_heat ON availability.velocities USING btree (heat DESC);
CREATE INDEX skus_category ON catalog.skus USING btree (category_path, code);
CREATE INDEX skus_gtin ON catalog.skus USING btree (gtin);
CREATE INDEX skus_product ON catalog.skus USING btree (product_id);
CREATE INDEX skus_revision ON catalog.skus USING btree (revision);
CREATE INDEX skus_search ON catalog.skus USING gin (search_text gin_trgm_ops);
CREATE INDEX shipments_order ON fulfillment.shipments USING btree (order_id);
CREATE INDEX shipments_times ON fulfillment.shipments USING brin (shipped_at, delivered_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX shipments_tracking ON fulfillment.shipments USING btree (tracking_number) WHERE tracking_number IS NOT NULL;
CREATE INDEX inbound_events_age ON integrations.inbound_events USING btree (received_at);
CREATE INDEX inbound_events_entity ON integrations.inbound_events USING btree (source, entity_key, sequence);
CREATE INDEX inbound_events_jobs ON integrations.inbound_events USING btree (job_id);
CREATE INDEX inbound_events_list ON integrations.inbound_events USING btree (source, id);
CREATE INDEX inbound_events_open ON integrations.inbound_events USING btree (source, entity_key) WHERE outcome IS NULL;
CREATE INDEX webhook_attempts_age ON integrations.webhook_attempts USING btree (started_at);
CREATE INDEX webhook_attempts_delivery ON integrations.webhook_attempts USING btree (delivery_id, id);
CREATE INDEX webhook_attempts_webhook ON integrations.webhook_attempts USING btree (webhook_id, id);
CREATE INDEX webhook_replays_unfinished ON integrations.webhook_replays USING btree (created_at) WHERE finished_at IS NULL;
CREATE INDEX webhook_replays_webhook ON integrations.webhook_replays USING btree (webhook_id, created_at DESC);
CREATE INDEX allocations_position ON inventory.allocations USING btree (sku_id, location_id) WHERE quantity > 0;
CREATE INDEX holds_ended ON inventory.holds USING btree (ended_at) WHERE state <> 'held'::text;
CREATE INDEX holds_expiry ON inventory.holds USING btree (expires_at) WHERE state = 'held'::text;
CREATE INDEX holds_order ON inventory.holds USING btree (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX movements_by_position ON ONLY inventory.movements USING btree (sku_id, location_id, id);
CREATE INDEX movements_position ON ONLY inventory.movements USING btree (sku_id, location_id, occurred_at);
CREATE INDEX movements_xid ON ONLY inventory.movements USING btree (xid, id);
CREATE INDEX positions_damaged ON inventory.positions USING btree (sku_id, location_id) WHERE damaged > 0;
CREATE INDEX positions_location ON inventory.positions USING btree (location_id, sku_id);
CREATE INDEX reservations_position ON inventory.reservations USING btree (sku_id, location_id);
CREATE UNIQUE INDEX shorts_open ON inventory.shorts USING btree (sku_id, location_id) WHERE closed_at IS NULL;
CREATE INDEX shorts_opened ON inventory.shorts USING btree (opened_at, id);
CREATE INDEX supplies_due ON inventory.supplies USING btree (expected_on, id) WHERE due > 0;
CREATE INDEX supplies_ended ON inventory.supplies USING btree (expected_on, id) WHERE due = 0;
CREATE INDEX supplies_location ON inventory.supplies USING btree (location_id, expected_on) WHERE due > 0;
CREATE INDEX supplies_sku ON inventory.supplies USING btree (sku_id, expected_on) WHERE due > 0;
CREATE INDEX supplies_untold ON inventory.supplies USING btree (expected_on, id) WHERE due > 0 AND late_told_on IS DISTINCT FROM expected_on;
CREATE INDEX supply_movements_supply ON ONLY inventory.supply_movements USING btree (supply_id, version);
CREATE INDEX supply_movements_xid ON ONLY inventory.supply_movements USING btree (xid, id);
CREATE INDEX supply_promises_arrived ON inventory.supply_promises USING btree (sku_id, location_id) WHERE arrived > 0;
CREATE INDEX supply_promises_order ON inventory.supply_promises USING btree (order_id) WHERE (waiting + arrived + lost) > 0;
CREATE INDEX supply_promises_upset ON inventory.supply_promises USING btree (order_id) WHERE upset;
CREATE INDEX links_expired ON messages.links USING btree (expires_at);
CREATE INDEX outbox_content ON messages.outbox USING btree (created_at) WHERE erased_at IS NULL;
CREATE INDEX outbox_links ON messages.outbox USING btree (created_at) WHERE (state <> ALL (ARRAY['queued'::text, 'sending'::text])) AND (decline_url IS NOT NULL OR html ~ '/m/[A-Za-z0-9_-]{32}'::text OR text ~ '/m/[A-Za-z0-9_-]{32}'::text);
CREATE INDEX outbox_newest ON messages.outbox USING btree (created_at DESC, id DESC);
CREATE INDEX outbox_order ON messages.outbox USING btree (order_id, created_at DESC);
CREATE INDEX outbox_unfinished ON messages.outbox USING btree (created_at) WHERE state = ANY (ARRAY['queued'::text, 'sending'::text]);
CREATE INDEX outbox_user ON messages.outbox USING btree (user_id, created_at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX locations_groups ON network.locations USING gin (groups);
CREATE INDEX network_locations_location ON network.network_locations USING btree (location_id);
CREATE INDEX fulfillment_choices_method ON orders.fulfillment_choices USING btree (method, service, order_id);
CREATE INDEX fulfillment_orders_due ON orders.fulfillment_orders USING btree (COALESCE(due_at, 'infinity'::timestamp with time zone), id);
CREATE INDEX fulfillment_orders_location ON orders.fulfillment_orders USING btree (location_id, status, due_at);
CREATE INDEX fulfillment_orders_unfinished ON orders.fulfillment_orders USING btree (location_id, due_at) WHERE status = ANY (ARRAY['created'::text, 'escalated'::text, 'scheduled'::text, 'waiting for wave'::text, 'picking'::text, 'packed'::text, 'ready for pickup'::text]);
CREATE INDEX holds_active ON orders.holds USING btree (reason) WHERE released_at IS NULL;
CREATE INDEX holds_order ON orders.holds USING btree (order_id);
CREATE INDEX mass_action_items_pending ON orders.mass_action_items USING btree (mass_action_id, "position") WHERE state = 'pending'::text;
CREATE INDEX mass_action_items_refused ON orders.mass_action_items USING btree (mass_action_id, "position") WHERE state = 'refused'::text;
CREATE INDEX mass_actions_begun ON orders.mass_actions USING btree (begun_at DESC, id DESC);
CREATE INDEX order_lines_sku ON orders.order_lines USING btree (sku_id, order_id);
CREATE INDEX order_lines_waiting ON orders.order_lines USING btree (sku_id, order_id) WHERE backordered > 0;
CREATE INDEX orders_customer ON orders.orders USING btree (customer_reference, ordered_at DESC) WHERE customer_reference IS NOT NULL;
CREATE INDEX orders_email ON orders.orders USING btree (lower(customer_email)) WHERE customer_email IS NOT NULL;
CREATE INDEX orders_held ON orders.orders USING btree (id) WHERE holds > 0;
CREATE INDEX orders_name ON orders.orders USING btree (lower(customer_name) text_pattern_ops) WHERE customer_name IS NOT NULL;
CREATE INDEX orders_ordered ON orders.orders USING btree (ordered_at DESC, id DESC);
CREATE INDEX orders_status ON orders.orders USING btree (status, ordered_at DESC, id DESC);
CREATE INDEX orders_unusual_types ON orders.orders USING btree (type, ordered_at DESC, id DESC) WHERE type <> ALL (ARRAY['standard'::text, 'pickup'::text]);
CREATE INDEX questions_order ON orders.questions USING btree (order_id, asked_at);
CREATE UNIQUE INDEX supply_requests_open ON orders.supply_requests USING btree (sku_id) WHERE closed_at IS NULL;
CREATE INDEX tenders_type ON orders.tenders USING btree (type, order_id);
CREATE INDEX audit_log_entity ON ONLY platform.audit_log USING btree (entity_id) WHERE entity_id IS NOT NULL;
CREATE INDEX documents_revision ON platform.documents USING btree (revision);
CREATE INDEX events_entity ON ONLY platform.events USING btree (entity_id, sequence);
CREATE INDEX events_xid ON ONLY platform.events USING btree (xid, id);
CREATE INDEX idempotency_keys_age ON platform.idempotency_keys USING btree (created_at);
CREATE UNIQUE INDEX imports_content ON platform.imports USING btree (kind, content_hash) WHERE state = ANY (ARRAY['queued'::text, 'running'::text]);
CREATE INDEX imports_created ON platform.imports USING btree (created_at DESC, id DESC);
CREATE INDEX imports_unfinished ON platform.imports USING btree (created_at, id) WHERE discarded_at IS NULL;
CREATE INDEX jobs_due ON platform.jobs USING btree (kind, lane, due_at, sequence) WHERE state = 'waiting'::text;
CREATE INDEX jobs_ended ON platform.jobs USING btree (ended_at) WHERE state = ANY (ARRAY['done'::text, 'skipped'::text]);
CREATE INDEX jobs_keys ON platform.jobs USING btree (kind, lane, ordering_key, sequence) WHERE ordering_key IS NOT NULL AND (state = ANY (ARRAY['waiting'::text, 'behind'::text, 'running'::text, 'parked'::text]));
CREATE INDEX jobs_leases ON platform.jobs USING btree (lease_until) WHERE state = 'running'::text;
CREATE INDEX jobs_list ON platform.jobs USING btree (kind, lane, sequence);
CREATE INDEX jobs_parked ON platform.jobs USING btree (deadline_at, id) WHERE state = 'parked'::text;
CREATE INDEX bought_pairs_most ON promising.bought_pairs USING btree (sku_id, period, orders DESC);
CREATE INDEX checkouts_created ON promising.checkouts USING btree (created_at, id);
CREATE INDEX comments_task ON tasks.comments USING btree (task_id, written_at);
CREATE INDEX exceptions_closed ON tasks.exceptions USING btree (closed_at DESC, id DESC) WHERE closed_at IS NOT NULL;
CREATE INDEX exceptions_due ON tasks.exceptions USING btree (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX exceptions_entity ON tasks.exceptions USING btree (entity_id);
CREATE INDEX exceptions_escalates ON tasks.exceptions USING btree (escalates_at) WHERE closed_at IS NULL AND escalates_at IS NOT NULL;
CREATE UNIQUE INDEX exceptions_open_by_reporter ON tasks.exceptions USING btree (kind, entity_id, reported_from) WHERE closed_at IS NULL;
CREATE INDEX exceptions_unplanned ON tasks.exceptions USING btree (opened_at) WHERE closed_at IS NULL AND escalations IS NULL;
CREATE INDEX tasks_assignee ON tasks.tasks USING btree (assignee) WHERE closed_at IS NULL AND assignee IS NOT NULL;
CREATE INDEX tasks_closed ON tasks.tasks USING btree (closed_at DESC, id DESC) WHERE closed_at IS NOT NULL;
CREATE INDEX tasks_due ON tasks.tasks USING btree (priority DESC, due_at, id) WHERE closed_at IS NULL;
CREATE INDEX tasks_escalates ON tasks.tasks USING btree (escalates_at) WHERE closed_at IS NULL AND escalates_at IS NOT NULL;
CREATE INDEX tasks_location ON tasks.tasks USING btree (location, closed_at DESC, id DESC) WHERE location IS NOT NULL;
CREATE UNIQUE INDEX tasks_open ON tasks.tasks USING btree (entity_id, entry, step) WHERE closed_at IS NULL;
CREATE INDEX tasks_outcome ON tasks.tasks USING btree (outcome, closed_at DESC, id DESC) WHERE closed_at IS NOT NULL;
CREATE INDEX tasks_root ON tasks.tasks USING btree (root_id, opened_at);
CREATE UNIQUE INDEX definitions_document ON workflow.definitions USING btree (code, document_version);
CREATE INDEX instances_state ON workflow.instances USING btree (entity_type, state);
CREATE INDEX timers_due ON workflow.timers USING btree (due_at);

CREATE OR REPLACE FUNCTION inventory.refuse_moved(as_expected boolean)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if as_expected is not true then
    raise exception 'positions are not as this transaction expected them' using errcode = 'serialization_failure';
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION platform.guard_ledger(ledger regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  part regclass;
begin
  execute format('create or replace trigger append_only before update or delete on %s
    for each row execute function platform.refuse_change()', ledger);
  for part in select ledger union all select inhrelid::regclass from pg_inherits where inhparent = ledger loop
    execute format('create or replace trigger append_only_as_a_whole before truncate on %s
      for each statement execute function platform.refuse_change()', part);
  end loop;
end $function$
;

CREATE OR REPLACE FUNCTION platform.keep_partitions(ledger regclass, months_ahead integer)
 RETURNS TABLE(partition_name text, moved_rows bigint)
 LANGUAGE plpgsql
AS $function$
declare
  ledger_schema text;
  ledger_name text;
  default_name text;
  oldest timestamptz;
  month timestamp;
  bounds text[];
begin
  select n.nspname, c.relname, d.relname into strict ledger_schema, ledger_name, default_name
  from pg_partitioned_table t
  join pg_class c on c.oid = t.partrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_class d on d.oid = t.partdefid
  where t.partrelid = ledger;
  execute format('select min(recorded_at) from %I.%I', ledger_schema, default_name) into oldest;
  month := date_trunc('month', least(oldest, now()) at time zone 'UTC');
  while month <= date_trunc('month', now() at time zone 'UTC') + months_ahead * interval '1 month' loop
    partition_name := ledger_name || to_char(month, '_YYYY_MM');
    bounds := array[month || ' UTC', (month + interval '1 month') || ' UTC'];
    if to_regclass(format('%I.%I', ledger_schema, partition_name)) is null then
      execute format('create table %I.%I (like %s including defaults including constraints including storage)',
        ledger_schema, partition_name, ledger);
      execute format('lock table %I.%I in access exclusive mode', ledger_schema, default_name);
      execute format('insert into %I.%I select * from %I.%I where recorded_at >= %L and recorded_at < %L',
        ledger_schema, partition_name, ledger_schema, default_name, bounds[1], bounds[2]);
      get diagnostics moved_rows = row_count;
      if moved_rows > 0 then
        execute format('alter table %I.%I disable trigger user', ledger_schema, default_name);
        execute format('delete from %I.%I where recorded_at >= %L and recorded_at < %L',
          ledger_schema, default_name, bounds[1], bounds[2]);
        execute format('alter table %I.%I enable trigger user', ledger_schema, default_name);
      end if;
      execute format('alter table %s attach partition %I.%I for values from (%L) to (%L)',
        ledger, ledger_schema, partition_name, bounds[1], bounds[2]);
      execute format('create or replace trigger append_only_as_a_whole before truncate on %I.%I
        for each statement execute function platform.refuse_change()', ledger_schema, partition_name);
      return next;
    end if;
    month := month + interval '1 month';
  end loop;
end $function$
;

CREATE OR REPLACE FUNCTION platform.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '%.% is append-only: no % of what was recorded', tg_table_schema, tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $function$
;


CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON availability.quota_uses FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON availability.quota_uses FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON availability.quota_uses_default FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON inventory.movements FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON inventory.movements FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON inventory.movements_default FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON inventory.supply_movements FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON inventory.supply_movements FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON inventory.supply_movements_default FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON platform.audit_log FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON platform.audit_log FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON platform.audit_log_default FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON platform.events FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON platform.events FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON platform.events_default FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON platform.feed FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON platform.feed FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON workflow.history FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON workflow.history FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON workflow.history_default FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
