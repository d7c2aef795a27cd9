-- What is to be done, and how, in each language that its workflow says it in. The plain columns keep one of them for the
-- release before; null here: there is only that one.
alter table tasks.tasks add column title_texts jsonb, add column instructions_texts jsonb;
