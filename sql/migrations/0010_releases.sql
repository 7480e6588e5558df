-- Releases: what a sync would take at a moment, under a name (X46). Which copies a pruning would look at (X44).

CREATE TABLE releases (               -- immutable
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id UUID NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  digest BYTEA NOT NULL,              -- over the ids and digests of what it holds
  steps TEXT NOT NULL,                -- comma-separated
  summary TEXT NOT NULL,              -- JSON: how many of each kind
  created_by UUID NOT NULL REFERENCES persons (id),
  created_at BIGINT NOT NULL,
  body_ids BYTEA NOT NULL,            -- packed: what its rows point at
  lineage_ids BYTEA NOT NULL,
  blob_ids BYTEA NOT NULL,
  items BYTEA NOT NULL,               -- JSON: what it holds, compressed by zstd
  contents BYTEA NOT NULL,            -- the rows (promotion/releases.h), compressed by zstd
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

CREATE TABLE promoted_releases (      -- which releases a target has had, by name: it may not see the source's list
  target_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  release_id UUID NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (target_id, release_id)
);

ALTER TABLE resources ADD COLUMN release_id UUID;  -- copies: the release they hold
CREATE INDEX resources_orphans ON resources (tenant_id, synced_from, id)
  WHERE live = FALSE AND synced_from IS NOT NULL;
