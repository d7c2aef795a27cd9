-- The events of a supply are counted by themselves: promises move it without one.
alter table inventory.supplies add column event_sequence int not null default 0;
