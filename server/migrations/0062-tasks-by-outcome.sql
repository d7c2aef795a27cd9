-- outside a transaction
-- The history by how tasks ended, also by ends that are rare among hundreds of thousands.
create index concurrently if not exists tasks_outcome on tasks.tasks (outcome, closed_at desc, id desc) where closed_at is not null;
