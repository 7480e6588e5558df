-- A copy that was detached is a resource of its own that remembers where it came from: syncs leave it alone and say so
-- (X54). An adopted resource is a copy under an id that is not derived (X55).
ALTER TABLE resources ADD COLUMN detached_from TEXT;
ALTER TABLE resources ADD COLUMN detached_origin UUID;
ALTER TABLE resources ADD COLUMN adopted BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX resources_detached ON resources (tenant_id, detached_from, id) WHERE detached_from IS NOT NULL;
CREATE INDEX resources_adopted ON resources (tenant_id, id) WHERE adopted;
