-- What happens to an exception that nobody deals with, level by level. Null: not planned yet; whoever escalates plans it first,
-- so those that are open already, and those that the previous release raises meanwhile, are planned too.
alter table tasks.exceptions add column escalations jsonb;
alter table tasks.exceptions add column level smallint not null default 0;
alter table tasks.exceptions add column escalates_at timestamptz;
create index exceptions_unplanned on tasks.exceptions (opened_at) where closed_at is null and escalations is null;
create index exceptions_escalates on tasks.exceptions (escalates_at) where closed_at is null and escalates_at is not null;

-- Mails to people of the house, beside those to customers: they tell of no order, and of whose work they tell stands in the facts.
alter table messages.outbox alter column order_id drop not null;
alter table messages.outbox add column user_id uuid;
alter table messages.outbox add constraint outbox_reader_check check ((order_id is null) <> (user_id is null)) not valid;
create index outbox_user on messages.outbox (user_id, created_at desc) where user_id is not null;
-- Whoever wants no alerts by mail sees them in the console only.
alter table access.users add column alert_mails boolean not null default true;
