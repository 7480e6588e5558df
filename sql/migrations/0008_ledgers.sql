-- What a run changed, as it was before: undoing the run writes these rows back (X45). The ids of what the rows point at
-- stand beside, in clear, for whoever collects what nothing points at.
CREATE TABLE run_ledgers (
  tenant_id TEXT NOT NULL,            -- the target
  run_id UUID NOT NULL,
  expires_at BIGINT NOT NULL,
  body_ids BYTEA NOT NULL,            -- packed, as in bodies.refs
  lineage_ids BYTEA NOT NULL,
  blob_ids BYTEA NOT NULL,
  changes BYTEA NOT NULL,             -- promotion/ledger.h, compressed by zstd
  PRIMARY KEY (tenant_id, run_id)
);
CREATE INDEX run_ledgers_expiring ON run_ledgers (tenant_id, expires_at);
