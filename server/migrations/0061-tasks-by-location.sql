-- outside a transaction
-- Whoever is limited to a store sees its open and its ended tasks: without it, both read all tasks of all stores. Open ones stand first.
create index concurrently if not exists tasks_location on tasks.tasks (location, closed_at desc, id desc) where location is not null;
