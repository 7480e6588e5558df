-- Who deleted a resource, of which nothing else is left, for plans that say what has moved. Only of deletions: an index
-- of all rows would be written with every change. With all that is asked among its columns: else SQLite goes through
-- all of a tenant's rows by the table's key.
CREATE INDEX audit_deletions ON audit (tenant_id, subject_id, at, actor) WHERE action = 'resource.delete';
