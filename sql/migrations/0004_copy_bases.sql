-- What the last sync wrote of a copy that has been edited in the target since (X42). The row goes when the next sync
-- overwrites the copy. It points at bodies: whoever collects bodies counts it.
CREATE TABLE copy_bases (
  tenant_id TEXT NOT NULL,
  resource_id UUID NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT,
  lineage_id UUID NOT NULL,
  published BIGINT NOT NULL,
  draft_id UUID,
  exceptions BYTEA,
  parts TEXT NOT NULL,                -- JSON: fingerprints of credentials, checksums of content and embeddings
  PRIMARY KEY (tenant_id, resource_id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE
) /*@sqlite WITHOUT ROWID */;
