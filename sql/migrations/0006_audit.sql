-- What was changed by whom: a chain of rows for each tenant. A row is written in the transaction of its change and
-- never again touched; audit/chain.h says what its hash covers.

CREATE TABLE audit (
  tenant_id TEXT NOT NULL,
  seq BIGINT NOT NULL,                -- 1, 2, 3 … without a gap; the last one is the head
  at BIGINT NOT NULL,
  actor UUID,                         -- a person; NULL: the program itself
  token UUID,                         -- the API key or session it was done with
  action TEXT NOT NULL,               -- "resource.edit"
  subject_kind TEXT NOT NULL,         -- "" with the two others: the tenant as such
  subject_id TEXT NOT NULL,
  subject_name TEXT NOT NULL,         -- as it was then
  details TEXT NOT NULL,              -- a JSON object; no values of secrets
  request_id TEXT NOT NULL,           -- "": not by a request
  previous BYTEA NOT NULL,            -- the hash of the row before; 32 zero bytes in the first
  hash BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, seq)
) /*@sqlite WITHOUT ROWID */;
