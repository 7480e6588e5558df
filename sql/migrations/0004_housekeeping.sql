-- What all servers of one database share beside its contents: who does the work that one does for all, failures to sign
-- in, and what is about to be swept away. Deployment-wide: no tenant's.

CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder UUID NOT NULL,               -- a process
  expires_at BIGINT NOT NULL          -- then another may take it
);

CREATE TABLE sign_in_failures (
  address_digest BYTEA NOT NULL PRIMARY KEY,  -- SHA-256 of the e-mail address
  since BIGINT NOT NULL,
  failures BIGINT NOT NULL            -- since then
);

CREATE TABLE garbage (                -- what nothing pointed at when it was last looked at
  kind TEXT NOT NULL CHECK (kind IN ('blob', 'body', 'lineage')),
  id UUID NOT NULL,
  marked_at BIGINT NOT NULL,          -- when that was seen first
  PRIMARY KEY (kind, id)
);
