-- Access: users, roles as editable permission sets, sessions, API keys.
create schema access;

create table access.roles (
  code text primary key,
  name text not null,
  permissions text[] not null,
  shipped boolean not null default false,
  version int not null default 1,
  updated_at timestamptz not null default now()
);

create table access.users (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  language text,
  disabled_at timestamptz,
  -- null: every location; else only these (store and vendor users)
  location_codes text[],
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_email on access.users (lower(email));

create table access.user_roles (
  user_id uuid not null references access.users (id),
  role_code text not null references access.roles (code),
  primary key (user_id, role_code)
);
create index user_roles_role on access.user_roles (role_code);

create table access.sessions (
  token_hash bytea primary key,
  user_id uuid not null references access.users (id),
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_user on access.sessions (user_id);

create table access.api_keys (
  id uuid primary key,
  name text not null,
  prefix text not null unique,
  secret_hash bytea not null,
  permissions text[] not null,
  location_codes text[],
  channel_codes text[],
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  used_at timestamptz
);
create index api_keys_created on access.api_keys (created_at desc, id desc);

-- Grows with every change of users, roles, keys and ended sessions. Its row is the one lock of all these changes, and
-- every process polls it to forget the credentials it has cached.
create table access.changes (
  singleton boolean primary key default true check (singleton),
  version bigint not null
);
insert into access.changes (version) values (1);
