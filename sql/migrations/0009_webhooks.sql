-- Where a tenant wants to be told of what happens, and what was told.

CREATE TABLE webhooks (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id UUID NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,               -- comma-separated
  description TEXT NOT NULL,
  sealed_secret BYTEA NOT NULL,       -- signs each delivery; shown once
  created_by UUID NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE webhook_deliveries (     -- written in the transaction of what they tell of, then sent until one arrives
  tenant_id TEXT NOT NULL,
  id UUID NOT NULL,
  webhook_id UUID NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,                 -- JSON, as it is sent
  status TEXT NOT NULL CHECK (status IN ('waiting', 'delivered', 'failed')),
  attempts BIGINT NOT NULL,
  next_at BIGINT,                     -- when it is tried next; while a server sends it, when that is taken to have died
  answer_status BIGINT,               -- of the last attempt
  error TEXT,                         -- of the last attempt
  created_at BIGINT NOT NULL,
  tried_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks (tenant_id, id) ON DELETE CASCADE,
  CHECK ((next_at IS NULL) = (status <> 'waiting'))
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (tenant_id, webhook_id, id);

-- TRUE: somebody wants to be told how the run ended, and was not yet. Set by the statement that ends the run.
ALTER TABLE runs ADD COLUMN untold BOOLEAN;
CREATE INDEX runs_untold ON runs (target_id, id) WHERE untold = TRUE;
