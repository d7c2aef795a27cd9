-- Workflows become documents. What runs stays in workflow.definitions, one row per published version, so that entities keep
-- their definition_id and the previous release, which knows no documents, finds what it needs beside this one.
-- document_version is null in rows that the previous release adds when it starts: they are no publication.
alter table workflow.definitions add column document_version int;
update workflow.definitions set document_version = version;
create unique index definitions_document on workflow.definitions (code, document_version);

insert into platform.documents (id, kind, code, title, published_version, latest_version, shipped_version)
select gen_random_uuid(), 'workflow', code, document #>> '{meta,title}', version, version, (document ->> 'version')::int
  from (select distinct on (code) code, version, document from workflow.definitions order by code, version desc) as latest;

insert into platform.document_versions
  (document_id, version, title, content, content_hash, origin, shipped_version, note, published_by, published_at, retired_by, retired_at)
select d.id, w.version, w.document #>> '{meta,title}', w.document::json, w.content_hash, 'shipped', (w.document ->> 'version')::int,
       'Came with a release.', 'system:release', w.published_at,
       case when w.version < d.latest_version then 'system:release' end,
       lead(w.published_at) over (partition by w.code order by w.version)
  from workflow.definitions w join platform.documents d on d.kind = 'workflow' and d.code = w.code;
