-- One text for SQLite and PostgreSQL. Times are milliseconds since 1970 UTC. A comment that begins with "@sqlite" is
-- unwrapped by the SQLite driver only: clustered tables have no counterpart in PostgreSQL.

CREATE TABLE deployment (             -- one row: facts about this installation
  id BIGINT PRIMARY KEY CHECK (id = 1),
  key_check BYTEA NOT NULL            -- opens with the right master key only
);

CREATE TABLE persons (
  id UUID NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,         -- lower case
  display_name TEXT NOT NULL,
  password_hash TEXT,                 -- argon2id; NULL: signs in by API key only
  superuser BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE tenants (
  id TEXT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('development', 'staging', 'production')),
  minimum_role TEXT NOT NULL CHECK (minimum_role IN ('VIEWER', 'USER', 'ADMIN', 'OWNER')),
  sealed_key BYTEA NOT NULL,          -- the tenant key, wrapped by the master key
  revision BIGINT NOT NULL,           -- moves with every change of content; taken first, it is the tenant's lock
  shrunk_at BIGINT NOT NULL,          -- the revision at which the closure may last have become smaller
  created_at BIGINT NOT NULL
);

CREATE TABLE accounts (               -- a person in a tenant, with one role
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  person_id UUID NOT NULL REFERENCES persons (id),
  role TEXT NOT NULL CHECK (role IN ('VIEWER', 'USER', 'ADMIN', 'OWNER')),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, person_id)
);
CREATE INDEX accounts_by_person ON accounts (person_id, tenant_id);

CREATE TABLE tokens (
  id UUID NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  person_id UUID NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('session', 'api')),
  hash BYTEA NOT NULL UNIQUE,         -- SHA-256 of the whole token
  description TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,                  -- NULL: never
  FOREIGN KEY (tenant_id, person_id) REFERENCES accounts (tenant_id, person_id) ON DELETE CASCADE
);
CREATE INDEX tokens_by_person ON tokens (tenant_id, person_id, id);

CREATE TABLE variables (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE bodies (                 -- immutable; reached only through a tenant's row
  id UUID NOT NULL PRIMARY KEY,
  space TEXT NOT NULL,                -- the tenant in whose ids it is written
  digest BYTEA NOT NULL,              -- SHA-256 of the text
  refs BYTEA NOT NULL,                -- the ids in it that name resources of its space, 16 bytes each, sorted, distinct
  text TEXT NOT NULL
);

CREATE TABLE versions (               -- a lineage: the append-only list of published versions
  lineage_id UUID NOT NULL,
  number BIGINT NOT NULL,
  body_id UUID NOT NULL,
  note TEXT NOT NULL,
  published_by UUID NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (lineage_id, number)
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE resources (              -- one small row each; a synced copy is only this row
  tenant_id TEXT NOT NULL,            -- no foreign key: with one, SQLite deletes a range row by row
  id UUID NOT NULL,
  kind BIGINT NOT NULL,               -- model/kinds.h, in sync order
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  syncable BOOLEAN NOT NULL,
  status TEXT,                        -- lifecycle status (workflows only)
  synced_from TEXT,                   -- copies: the source tenant
  origin_id UUID,                     -- copies: the id there
  lineage_id UUID NOT NULL,
  published BIGINT NOT NULL,          -- how many versions of the lineage this resource has
  draft_id UUID,                      -- the draft's body; NULL: nothing since the last published version
  refs BYTEA,                         -- own resources: all ids referred to, over all versions; packed as in bodies
  built_ins BIGINT NOT NULL,          -- own resources: which built-in tools they refer to, a bit each
  exceptions BYTEA,                   -- copies: id in the source, id here (16 + 16 bytes) where the rule does not apply
  digest BYTEA NOT NULL,              -- over all a sync carries; copies: the source's digest at the last sync
  changed_at BIGINT,                  -- the tenant's revision at the last change; NULL: a copy as it was synced
  live BOOLEAN NOT NULL,              -- copies: in the closure at the last full run
  created_by UUID NOT NULL,
  created_at BIGINT NOT NULL,
  updated_by UUID NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK ((synced_from IS NULL) = (origin_id IS NULL))
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX resources_changed ON resources (tenant_id, changed_at)
  WHERE changed_at IS NOT NULL AND synced_from IS NULL;
CREATE INDEX resources_edited_copies ON resources (tenant_id, synced_from, id)
  WHERE changed_at IS NOT NULL AND synced_from IS NOT NULL;

CREATE TABLE referrers (              -- the reverse of resources.refs: own resources only
  tenant_id TEXT NOT NULL,
  to_id UUID NOT NULL,
  from_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, to_id, from_id)
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE unresolved_mentions (    -- ids in bodies that name nothing yet; looked at when ids come from outside
  tenant_id TEXT NOT NULL,
  mentioned_id UUID NOT NULL,
  from_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, mentioned_id, from_id)
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE variable_uses (          -- own resources only: which variables their bodies and credentials name
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  resource_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, name, resource_id)
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE credentials (
  tenant_id TEXT NOT NULL,
  connection_id UUID NOT NULL,
  field TEXT NOT NULL,
  sealed BYTEA,                       -- NULL when the whole value is a template expression
  template TEXT,                      -- that expression, in clear
  fingerprint BYTEA NOT NULL,         -- keyed by the tenant where the value was set: tells a change, not the value
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, field),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE,
  CHECK ((sealed IS NULL) <> (template IS NULL))
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE document_contents (      -- an uploaded file; copies share the blob
  tenant_id TEXT NOT NULL,
  document_id UUID NOT NULL,
  blob_id UUID NOT NULL,
  size BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  media_type TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, document_id),
  FOREIGN KEY (tenant_id, document_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE embeddings (             -- a segment of chunk texts and vectors per document; copies share the blob
  tenant_id TEXT NOT NULL,
  knowledge_base_id UUID NOT NULL,
  document_id UUID NOT NULL,
  blob_id UUID NOT NULL,
  chunks BIGINT NOT NULL,
  dimensions BIGINT NOT NULL,
  size BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, knowledge_base_id, document_id),
  FOREIGN KEY (tenant_id, knowledge_base_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE watermarks (             -- what a step of a pair has seen; see promotion/watermarks.h
  source_id TEXT NOT NULL,
  target_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  source_revision BIGINT NOT NULL,
  members BIGINT NOT NULL,            -- how many of that kind the closure had
  excluded TEXT NOT NULL,             -- what was left out then, as in the report
  dangling TEXT NOT NULL,             -- what did not resolve then, as in the report
  PRIMARY KEY (source_id, target_id, step)
);

CREATE TABLE runs (
  id UUID NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES tenants (id),
  target_id TEXT NOT NULL REFERENCES tenants (id),
  steps TEXT NOT NULL,                -- comma-separated
  status TEXT NOT NULL CHECK (status IN ('succeeded', 'failed')),
  started_by UUID NOT NULL REFERENCES persons (id),
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  summary TEXT NOT NULL,              -- JSON: the counts
  report BYTEA NOT NULL               -- the whole report, JSON compressed by zstd
);
CREATE INDEX runs_by_source ON runs (source_id, id);
CREATE INDEX runs_by_target ON runs (target_id, id);
