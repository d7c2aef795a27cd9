-- Documents: everything that a business user edits, as drafts and numbered, immutable versions. Content is json, not jsonb:
-- people get back the order in which they wrote it.
create table platform.documents (
  id uuid primary key,
  kind text not null,
  code text not null,
  title text not null,
  -- the version in force; null: none (never published, or retired)
  published_version int,
  latest_version int not null default 0,
  -- the highest version that a release has brought; what of it was not taken is on offer
  shipped_version int,
  offered_content json,
  -- counts what was ever saved as its draft, so that an old If-Match never fits a later draft
  draft_revision int not null default 0,
  event_sequence int not null default 0,
  -- of the last publication or retirement; see document_revision
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (kind, code)
);
create index documents_revision on platform.documents (revision);

create table platform.document_versions (
  document_id uuid not null references platform.documents (id),
  version int not null,
  title text not null,
  content json not null,
  content_hash bytea not null,
  origin text not null check (origin in ('shipped', 'own')),
  shipped_version int,
  note text not null,
  published_by text not null,
  published_at timestamptz not null,
  retired_by text,
  retired_at timestamptz,
  primary key (document_id, version)
);

create table platform.document_drafts (
  document_id uuid primary key references platform.documents (id),
  content json not null,
  based_on int,
  revision int not null,
  created_by text not null,
  created_at timestamptz not null,
  updated_by text not null,
  updated_at timestamptz not null
);

-- Grows with every publication and retirement. Its row is the lock of all of them, and every process polls it.
create table platform.document_revision (
  singleton boolean primary key default true check (singleton),
  revision bigint not null
);
insert into platform.document_revision (revision) values (0);

-- Who operates may publish, who plans may prepare, who analyzes may look. A role that somebody has edited stays as it is.
update access.roles set permissions = roles.permissions || given.permissions, updated_at = now()
  from (values ('operations', array['documents:read', 'documents:write', 'documents:publish']),
               ('planner', array['documents:read', 'documents:write']),
               ('analyst', array['documents:read'])) as given (code, permissions)
 where roles.code = given.code and shipped and version = 1 and not roles.permissions && given.permissions;
