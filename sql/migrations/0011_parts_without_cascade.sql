-- The parts of a resource go with it because the program deletes them (store/part_tables.h), no longer by a cascade: of
-- the time of deleting many resources, looking for children that most do not have took three quarters.
CREATE TABLE new_credentials (
  tenant_id TEXT NOT NULL,
  connection_id UUID NOT NULL,
  field TEXT NOT NULL,
  sealed BYTEA,                       -- NULL when the whole value is a template expression
  template TEXT,                      -- that expression, in clear
  fingerprint BYTEA NOT NULL,         -- keyed by the tenant where the value was set: tells a change, not the value
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, field),
  CHECK ((sealed IS NULL) <> (template IS NULL))
) /*@sqlite WITHOUT ROWID */;
INSERT INTO new_credentials SELECT * FROM credentials;
DROP TABLE credentials;
ALTER TABLE new_credentials RENAME TO credentials;

CREATE TABLE new_document_contents (  -- an uploaded file; copies share the blob
  tenant_id TEXT NOT NULL,
  document_id UUID NOT NULL,
  blob_id UUID NOT NULL,
  size BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  media_type TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, document_id)
) /*@sqlite WITHOUT ROWID */;
INSERT INTO new_document_contents SELECT * FROM document_contents;
DROP TABLE document_contents;
ALTER TABLE new_document_contents RENAME TO document_contents;

CREATE TABLE new_embeddings (         -- a segment of chunk texts and vectors per document; copies share the blob
  tenant_id TEXT NOT NULL,
  knowledge_base_id UUID NOT NULL,
  document_id UUID NOT NULL,
  blob_id UUID NOT NULL,
  chunks BIGINT NOT NULL,
  dimensions BIGINT NOT NULL,
  size BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, knowledge_base_id, document_id)
) /*@sqlite WITHOUT ROWID */;
INSERT INTO new_embeddings SELECT * FROM embeddings;
DROP TABLE embeddings;
ALTER TABLE new_embeddings RENAME TO embeddings;

CREATE TABLE new_copy_bases (         -- see 0004_copy_bases
  tenant_id TEXT NOT NULL,
  resource_id UUID NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT,
  lineage_id UUID NOT NULL,
  published BIGINT NOT NULL,
  draft_id UUID,
  exceptions BYTEA,
  parts TEXT NOT NULL,
  PRIMARY KEY (tenant_id, resource_id)
) /*@sqlite WITHOUT ROWID */;
INSERT INTO new_copy_bases SELECT * FROM copy_bases;
DROP TABLE copy_bases;
ALTER TABLE new_copy_bases RENAME TO copy_bases;

-- The one that refers to the other first.
CREATE TABLE new_override_credentials (  -- see 0005_overrides
  tenant_id TEXT NOT NULL,
  connection_id UUID NOT NULL,
  field TEXT NOT NULL,
  sealed BYTEA,
  template TEXT,
  fingerprint BYTEA NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, field),
  CHECK ((sealed IS NULL) <> (template IS NULL))
) /*@sqlite WITHOUT ROWID */;
INSERT INTO new_override_credentials SELECT * FROM override_credentials;
DROP TABLE override_credentials;
ALTER TABLE new_override_credentials RENAME TO override_credentials;

CREATE TABLE new_overrides (
  tenant_id TEXT NOT NULL,
  resource_id UUID NOT NULL,
  patch TEXT,
  refs BYTEA NOT NULL,
  updated_by UUID NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, resource_id)
) /*@sqlite WITHOUT ROWID */;
INSERT INTO new_overrides SELECT * FROM overrides;
DROP TABLE overrides;
ALTER TABLE new_overrides RENAME TO overrides;
