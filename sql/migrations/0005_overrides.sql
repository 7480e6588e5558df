-- What a tenant changes about a copy for itself (X43): it survives every sync and never travels. The synced bodies and
-- credentials stay as they are; this is applied when they are read. What a patch refers to and which variables it uses
-- stands in `referrers` and `variable_uses` with the copy's id.
CREATE TABLE overrides (
  tenant_id TEXT NOT NULL,
  resource_id UUID NOT NULL,
  patch TEXT,                         -- JSON merge patch (RFC 7396) of the body, in the tenant's ids
  refs BYTEA NOT NULL,                -- the ids in it that name resources of the tenant; packed as in bodies
  updated_by UUID NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, resource_id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE override_credentials (   -- as in `credentials`, sealed for this place: neither opens in the other's
  tenant_id TEXT NOT NULL,
  connection_id UUID NOT NULL,
  field TEXT NOT NULL,
  sealed BYTEA,
  template TEXT,
  fingerprint BYTEA NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, field),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES overrides (tenant_id, resource_id) ON DELETE CASCADE,
  CHECK ((sealed IS NULL) <> (template IS NULL))
) /*@sqlite WITHOUT ROWID */;
