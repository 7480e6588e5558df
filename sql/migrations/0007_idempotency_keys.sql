CREATE TABLE idempotency_keys (       -- syncs that were sent with a key: the same one is answered by the same run (X49)
  source_id TEXT NOT NULL,
  target_id TEXT NOT NULL,
  person_id UUID NOT NULL,
  key TEXT NOT NULL,
  request BYTEA NOT NULL,             -- SHA-256 over the route and the body it came with
  run_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (source_id, person_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (source_id, target_id, created_at);
