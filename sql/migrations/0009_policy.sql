-- What a target lets in, and who approved a plan for it.
ALTER TABLE tenants ADD COLUMN policy TEXT NOT NULL DEFAULT '{}';  -- JSON; see access/policy.h

CREATE TABLE approvals (
  source_id TEXT NOT NULL,
  target_id TEXT NOT NULL,
  plan_id UUID NOT NULL,
  person_id UUID NOT NULL REFERENCES persons (id),
  digest BYTEA NOT NULL,              -- the plan's: what was seen is what was decided on
  decision TEXT NOT NULL CHECK (decision IN ('approved', 'denied')),
  comment TEXT,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (target_id, source_id, plan_id, person_id)
) /*@sqlite WITHOUT ROWID */;
