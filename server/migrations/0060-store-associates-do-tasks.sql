-- Store associates do the tasks of their locations. A role that somebody has edited (version above 1) stays as it is.
update access.roles set permissions = permissions || 'tasks:write'::text, updated_at = now()
 where code = 'store-associate' and shipped and version = 1 and not permissions @> array['tasks:write'];
