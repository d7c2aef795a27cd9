-- Store associates see the figures of Today for their locations. A role that somebody has edited (version above 1) stays as it is.
update access.roles set permissions = permissions || 'reports:read'::text, updated_at = now()
 where code = 'store-associate' and shipped and version = 1 and not permissions @> array['reports:read'];
