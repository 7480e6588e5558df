-- Runs that are under way, or ended otherwise than well. SQLite cannot change a CHECK: the table is made anew.

CREATE TABLE servers (                -- processes that serve this database; deployment-wide
  id UUID NOT NULL PRIMARY KEY,
  seen_at BIGINT NOT NULL             -- moved every few seconds: one that is not seen for long is dead
);

DROP INDEX runs_by_source;
DROP INDEX runs_by_target;
ALTER TABLE runs RENAME TO runs_before;
CREATE TABLE runs (
  id UUID NOT NULL,
  source_id TEXT NOT NULL REFERENCES tenants (id),
  target_id TEXT NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (kind IN ('sync', 'rollback')),
  steps TEXT NOT NULL,                -- comma-separated
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  plan_id UUID,                       -- the plan it applied
  release_id UUID,                    -- the release it took
  rolls_back UUID,                    -- the run it undoes
  rolled_back_by UUID,                -- the run that undid it
  started_by UUID NOT NULL REFERENCES persons (id),
  started_at BIGINT NOT NULL,         -- of one that is queued: when it was asked for
  finished_at BIGINT,                 -- NULL: it has not ended
  server_id UUID,                     -- the server that works on it, until it has ended
  summary TEXT,                       -- JSON: the counts; NULL unless it succeeded
  problem TEXT,                       -- JSON: why it failed
  report BYTEA,                       -- the whole report, JSON compressed by zstd; NULL unless it succeeded
  PRIMARY KEY (target_id, id),
  CHECK ((finished_at IS NULL) = (status IN ('queued', 'running')))
);
INSERT INTO runs (id, source_id, target_id, kind, steps, status, started_by, started_at, finished_at, summary, report)
  SELECT id, source_id, target_id, 'sync', steps, status, started_by, started_at, finished_at, summary, report
  FROM runs_before;
DROP TABLE runs_before;
CREATE INDEX runs_by_source ON runs (source_id, id);
CREATE INDEX runs_by_id ON runs (id);
CREATE INDEX runs_unfinished ON runs (server_id) WHERE finished_at IS NULL;
