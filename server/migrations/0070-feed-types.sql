-- Whoever follows certain types of events passes by the others without reading them. Null: appended before, or by a
-- process of an earlier release; the event itself then says its type.
alter table platform.feed add column type text;
