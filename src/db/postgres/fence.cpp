#include "db/postgres/fence.h"

namespace syncline::db {
namespace {

constexpr Query kHasRole{"fence.has_role", "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)"};
constexpr Query kIsMember{"fence.is_member", "SELECT pg_has_role(current_user, $1, 'MEMBER')"};

// Another server of the same cluster may make the role at the same moment.
constexpr std::string_view kMakeRole = R"sql(
DO $make$
BEGIN
  EXECUTE format('CREATE ROLE %I NOLOGIN', current_user || '_app');
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $make$;
)sql";
constexpr std::string_view kJoinRole = R"sql(
DO $join$ BEGIN EXECUTE format('GRANT %I TO %I', current_user || '_app', current_user); END $join$;
)sql";

// Each policy is made once; a table that a later migration makes gets its own the next time.
constexpr std::string_view kPutUp = R"sql(
CREATE TABLE IF NOT EXISTS commit_markers (id UUID NOT NULL PRIMARY KEY);
DO $fence$
DECLARE
  app TEXT := current_user || '_app';
  visible CONSTANT TEXT := '((SELECT string_to_array(current_setting(''syncline.reads'', true), '',''))::text[])';
  writable CONSTANT TEXT := '((SELECT string_to_array(current_setting(''syncline.writes'', true), '',''))::text[])';
  scope CONSTANT TEXT := '(SELECT current_setting(''syncline.scope'', true))';
  fenced RECORD;
  sees TEXT;
  writes TEXT;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), app);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', current_schema(), app);
  EXECUTE format('REVOKE ALL ON migrations, deployment FROM %I', app);
  FOR fenced IN
    SELECT t.table_name AS name,
           CASE WHEN t.table_name = 'tenants' THEN ARRAY['id']
                WHEN 'tenant_id' = ANY(array_agg(c.column_name::text)) THEN ARRAY['tenant_id']
                ELSE array_agg(c.column_name::text ORDER BY c.column_name)
                     FILTER (WHERE c.column_name IN ('source_id', 'target_id')) END AS keys
    FROM information_schema.tables t
    JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
    WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
          AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = t.table_schema
                          AND p.tablename = t.table_name AND p.policyname = 'syncline_deployment')
    GROUP BY t.table_name
  LOOP
    CONTINUE WHEN fenced.keys IS NULL;
    SELECT string_agg(format('%I = ANY %s', key, visible), ' OR '),
           string_agg(format('%I = ANY %s', key, writable), ' OR ')
    INTO sees, writes FROM unnest(fenced.keys) AS key;
    IF fenced.name IN ('tenants', 'accounts', 'tokens') THEN
      sees := sees || ' OR ' || scope || ' = ''sign_in''';
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced.name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', fenced.name);
    EXECUTE format('CREATE POLICY syncline_read ON %I FOR SELECT USING (%s)', fenced.name, sees);
    EXECUTE format('CREATE POLICY syncline_insert ON %I FOR INSERT WITH CHECK (%s)', fenced.name, writes);
    EXECUTE format('CREATE POLICY syncline_update ON %I FOR UPDATE USING (%s)', fenced.name, writes);
    EXECUTE format('CREATE POLICY syncline_delete ON %I FOR DELETE USING (%s)', fenced.name, writes);
    EXECUTE format('CREATE POLICY syncline_deployment ON %I TO %I USING (%s = ''deployment'')', fenced.name,
                   current_user, scope);
  END LOOP;
END $fence$;
)sql";

Result<bool> ask(Connection& connection, const Query& query, std::string_view role) {
  const std::optional<bool> answer = TRY(connection.one(query, {role}, [](const Row& row) { return row.boolean(0); }));
  return answer.value_or(false);
}

}  // namespace

std::string app_role(std::string_view login) { return std::string(login) + "_app"; }

Done put_up_fence(Connection& connection, std::string_view login) {
  const std::string role = app_role(login);
  const bool is_there = TRY(ask(connection, kHasRole, role));
  const bool may_take_it = is_there && TRY(ask(connection, kIsMember, role));
  if (!is_there || !may_take_it) {
    Done made = done();
    if (!is_there) made = connection.run_script("fence.make_role", kMakeRole);
    if (made.ok()) made = connection.run_script("fence.join_role", kJoinRole);
    if (!made.ok()) {
      return fail(ErrorKind::invalid, "database_role",
                  "The database needs a role this one may not make. As an administrator, run: CREATE ROLE \"" + role +
                      "\" NOLOGIN; GRANT \"" + role + "\" TO \"" + std::string(login) + "\";",
                  made.error().context);
    }
  }
  return connection.run_script("fence.put_up", kPutUp);
}

}  // namespace syncline::db
