-- A plan is a stored value: what a promotion would do, as it was computed when somebody asked.
CREATE TABLE plans (
  source_id TEXT NOT NULL REFERENCES tenants (id),
  target_id TEXT NOT NULL REFERENCES tenants (id),
  id UUID NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sync', 'rollback')),
  steps TEXT NOT NULL,                -- comma-separated
  request TEXT NOT NULL,              -- JSON: the options it was made with; applying computes with them again
  digest BYTEA NOT NULL,              -- over its meaning; see planning/plan_digest.h
  source_revision BIGINT NOT NULL,    -- where both tenants stood: tells what has moved since
  target_revision BIGINT NOT NULL,
  summary TEXT NOT NULL,              -- JSON: the counts
  risky BOOLEAN NOT NULL,             -- some item has a risk mark
  created_by UUID NOT NULL REFERENCES persons (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  run_id UUID,                        -- the run that applied it; NULL: nobody has
  document BYTEA NOT NULL,            -- its items and findings, JSON compressed by zstd
  states BYTEA NOT NULL,              -- each change as the digest saw it, and the graph; JSON compressed by zstd
  PRIMARY KEY (source_id, target_id, id)
);
CREATE INDEX plans_by_id ON plans (id);
CREATE INDEX plans_by_source ON plans (source_id, id);
CREATE INDEX plans_by_target ON plans (target_id, id);
