#include "store/edges.h"

#include <algorithm>
#include <iterator>

namespace syncline::store {
namespace {

constexpr db::Query kInsertReferrer{"referrers.insert", R"sql(
    INSERT INTO referrers (tenant_id, to_id, from_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kDeleteReferrer{"referrers.delete", R"sql(
    DELETE FROM referrers WHERE tenant_id = $1 AND to_id = $2 AND from_id = $3
)sql"};

constexpr db::Query kListReferrers{"referrers.list", R"sql(
    SELECT from_id FROM referrers WHERE tenant_id = $1 AND to_id = $2 ORDER BY from_id
)sql"};

constexpr db::Query kClearMentions{"unresolved_mentions.clear", R"sql(
    DELETE FROM unresolved_mentions WHERE tenant_id = $1 AND from_id = $2
)sql"};

constexpr db::Query kInsertMention{"unresolved_mentions.insert", R"sql(
    INSERT INTO unresolved_mentions (tenant_id, mentioned_id, from_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kListMentioning{"unresolved_mentions.list", R"sql(
    SELECT from_id FROM unresolved_mentions WHERE tenant_id = $1 AND mentioned_id = $2 ORDER BY from_id
)sql"};

constexpr db::Query kClearVariableUses{"variable_uses.clear", R"sql(
    DELETE FROM variable_uses WHERE tenant_id = $1 AND resource_id = $2
)sql"};

constexpr db::Query kInsertVariableUse{"variable_uses.insert", R"sql(
    INSERT INTO variable_uses (tenant_id, name, resource_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
)sql"};

// `refs` stands before `text` in a body's row, so that no long text is read.
constexpr db::Query kCopyDrafts{"resources.copy_drafts", R"sql(
    SELECT r.id, r.exceptions, b.space, b.refs
    FROM resources r JOIN bodies b ON b.id = r.draft_id
    WHERE r.tenant_id = $1 AND r.synced_from IS NOT NULL
)sql"};

constexpr db::Query kCopyVersions{"resources.copy_versions", R"sql(
    SELECT r.id, r.exceptions, b.space, b.refs
    FROM resources r
    JOIN versions v ON v.lineage_id = r.lineage_id AND v.number <= r.published
    JOIN bodies b ON b.id = v.body_id
    WHERE r.tenant_id = $1 AND r.synced_from IS NOT NULL
)sql"};

constexpr db::Query kForgetWatermarks{"watermarks.forget", R"sql(
    DELETE FROM watermarks WHERE source_id = $1 AND target_id = $2
)sql"};

constexpr db::Query kForgetWatermarksInto{"watermarks.forget_into", R"sql(
    DELETE FROM watermarks WHERE target_id = $1
)sql"};

Done for_ids(db::Connection& connection, const db::Query& query, std::string_view tenant, const std::vector<Uuid>& ids,
             const Uuid& from) {
  if (ids.empty()) return done();
  TRY(connection.run_batch(query, ids.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    params[0] = tenant;
    params[1] = ids[row];
    params[2] = from;
  }));
  return done();
}

// Both sorted.
std::vector<Uuid> without(const std::vector<Uuid>& ids, const std::vector<Uuid>& others) {
  std::vector<Uuid> rest;
  std::set_difference(ids.begin(), ids.end(), others.begin(), others.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

Done replace_referrers(db::Connection& connection, std::string_view tenant, const Uuid& from,
                       const std::vector<Uuid>& before, const std::vector<Uuid>& after) {
  TRY(for_ids(connection, kDeleteReferrer, tenant, without(before, after), from));
  return for_ids(connection, kInsertReferrer, tenant, without(after, before), from);
}

Result<std::vector<Uuid>> list_referrers(db::Connection& connection, std::string_view tenant, const Uuid& to) {
  return connection.list(kListReferrers, {tenant, to}, [](const db::Row& row) { return row.uuid(0); });
}

db::Ask referrers_question(std::string_view tenant, const Uuid& to) { return {kListReferrers, {tenant, to}}; }

Done clear_mentions(db::Connection& connection, std::string_view tenant, const Uuid& from) {
  return connection.later(kClearMentions, {tenant, from});
}

Done insert_mentions(db::Connection& connection, std::string_view tenant, const Uuid& from,
                     const std::vector<Uuid>& mentioned) {
  return for_ids(connection, kInsertMention, tenant, mentioned, from);
}

Result<std::vector<Uuid>> list_mentioning(db::Connection& connection, std::string_view tenant, const Uuid& mentioned) {
  return connection.list(kListMentioning, {tenant, mentioned}, [](const db::Row& row) { return row.uuid(0); });
}

Done clear_variable_uses(db::Connection& connection, std::string_view tenant, const Uuid& resource) {
  return connection.later(kClearVariableUses, {tenant, resource});
}

Done insert_variable_uses(db::Connection& connection, std::string_view tenant, const Uuid& resource,
                          const std::vector<std::string>& names) {
  if (names.empty()) return done();
  TRY(connection.run_batch(kInsertVariableUse, names.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    params[0] = tenant;
    params[1] = std::string_view(names[row]);
    params[2] = resource;
  }));
  return done();
}

Done each_copy_body(db::Connection& connection, std::string_view tenant,
                    const std::function<void(const CopyBody&)>& visit) {
  const auto read = [&](const db::Row& row) {
    const CopyBody body{.copy = row.uuid(0),
                        .exceptions = row.is_null(1) ? std::string_view() : row.bytes(1),
                        .space = row.text(2),
                        .refs = row.bytes(3)};
    if (!body.refs.empty()) visit(body);
  };
  TRY(connection.each(kCopyDrafts, {tenant}, read));
  return connection.each(kCopyVersions, {tenant}, read);
}

Done forget_watermarks(db::Connection& connection, std::string_view source, std::string_view target) {
  TRY(connection.execute(kForgetWatermarks, {source, target}));
  return done();
}

Done forget_watermarks_into(db::Connection& connection, std::string_view target) {
  TRY(connection.execute(kForgetWatermarksInto, {target}));
  return done();
}

}  // namespace syncline::store
