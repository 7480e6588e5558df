-- With what it is about among its columns: else SQLite goes through all of a tenant's rows by the table's key.
DROP INDEX resources_adopted;
CREATE INDEX resources_adopted ON resources (tenant_id, adopted, id) WHERE adopted = TRUE;
