-- What somebody limited to locations or channels reports stands beside what the system or others say of the same kind and
-- entity: he must not be able to hide it by being first. Empty: the system, or somebody without limits.
alter table tasks.exceptions add column reported_from text not null default '';
create unique index exceptions_open_by_reporter on tasks.exceptions (kind, entity_id, reported_from) where closed_at is null;
drop index tasks.exceptions_open;
