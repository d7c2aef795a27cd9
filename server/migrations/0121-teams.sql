-- Who belongs to which team. A team of which nobody is a member is open to whoever may do tasks, so that nothing waits for nobody.
alter table access.users add column teams text[] not null default '{}';
create index users_teams on access.users using gin (teams) where disabled_at is null;
-- Teams that may do a task beside its own, as its queue said when it was opened.
alter table tasks.tasks add column helpers text[] not null default '{}';
-- Roles that run a floor or the whole may do and give away the tasks of every team. One that somebody has edited stays as it is.
update access.roles set permissions = permissions || 'tasks:manage'::text, updated_at = now()
 where code in ('operations', 'store-manager') and shipped and version = 1 and not permissions @> array['tasks:manage'];
