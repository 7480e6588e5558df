#include "catalog/provenance.h"

#include <memory>
#include <utility>

#include "catalog/digest.h"
#include "catalog/overrides.h"
#include "catalog/parts.h"
#include "planning/sync_id.h"
#include "store/copy_bases.h"
#include "store/edges.h"
#include "store/promotion.h"

namespace syncline::catalog {
namespace {

// What the tenant's own resources have in tables of their own, and copies have not.
Done clear_edges(db::Connection& connection, std::string_view tenant, store::ResourceRow& row) {
  TRY(store::replace_referrers(connection, tenant, row.id, store::unpack_ids(row.refs.value_or("")), {}));
  TRY(store::clear_mentions(connection, tenant, row.id));
  TRY(store::clear_variable_uses(connection, tenant, row.id));
  row.refs = std::nullopt;
  row.built_ins = 0;
  return done();
}

// An own resource becomes a copy that was edited: of what it will be overwritten with, nothing is known yet.
Done make_copy(db::Connection& connection, const Principal& who, store::ResourceRow row, std::string source,
               const Uuid& origin, std::int64_t revision, TimeMs now) {
  TRY(clear_edges(connection, who.tenant, row));
  row.synced_from = std::move(source);
  row.origin_id = origin;
  row.detached_from = std::nullopt;
  row.detached_origin = std::nullopt;
  row.changed_at = revision;
  row.updated_by = who.person;
  row.updated_at = now;
  TRY(store::update_resource(connection, who.tenant, row));
  // As a source, the tenant has one resource less to be taken.
  return store::mark_shrunk(connection, who.tenant, revision);
}

// The source's resource that is to be the origin, if the person may see it.
Done check_origin(db::Connection& connection, const Principal& who, Kind kind, std::string_view source,
                  const Uuid& origin) {
  const bool is_member = TRY(store::has_account(connection, source, who.person));
  std::optional<store::ResourceRow> row;
  if (is_member) row = TRY(store::find_resource(connection, source, origin));
  if (!row || row->kind != kind) {
    return fail(ErrorKind::not_found, "not_found",
                "The source has no such " + std::string(info(kind).singular) + ", or is not yours to see.");
  }
  if (row->synced_from) {
    return fail(ErrorKind::conflict, "origin_is_copy", "The origin is a copy itself, and is never taken by a sync.");
  }
  return done();
}

// That the target has no copy of the origin, nor what was one.
Done check_free(db::Connection& connection, std::string_view target, std::string_view source, const Uuid& origin) {
  const Uuid derived = planning::SyncIds(source, target).of(origin);
  const std::optional<store::ResourceRow> copy = TRY(store::find_resource(connection, target, derived));
  if (copy) {
    return fail(ErrorKind::conflict, "copy_exists",
                "There is a copy of it already: " + derived.text() + ". Delete that one first.");
  }
  std::optional<Uuid> adopted;
  TRY(store::each_adopted_row(connection, target, [&](const store::TargetRow& row) {
    const std::string_view from = row.detached_from.empty() ? row.synced_from : row.detached_from;
    if (from == source && row.origin == origin) adopted = row.id;
  }));
  if (!adopted) return done();
  return fail(ErrorKind::conflict, "already_adopted", "Another resource is its copy: " + adopted->text() + ".");
}

Done check_own(const store::ResourceRow& row) {
  if (row.synced_from) return fail(ErrorKind::conflict, "is_copy", "This is a copy already.");
  if (row.detached_from) {
    return fail(ErrorKind::conflict, "detached", "This was detached from " + *row.detached_from + ": attach it again.");
  }
  return done();
}

}  // namespace

Done detach_resource(Services& services, const Principal& who, const ResourceKey& key, IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  const TimeMs now = services.clock();
  store::ResourceRow row = TRY(find_owner(connection, who.tenant, key, if_match));
  if (!row.synced_from) return fail(ErrorKind::conflict, "not_a_copy", "This is no copy of anything.");
  TRY(fold_override(connection, services, who.tenant, row, now));
  TRY(store::delete_copy_bases(connection, who.tenant, {row.id}));
  row.detached_from = std::exchange(row.synced_from, std::nullopt);
  row.detached_origin = std::exchange(row.origin_id, std::nullopt);
  row.exceptions = std::nullopt;
  TRY(touch(connection, who.tenant, row, revision, who, now));
  // What refers to it from this tenant is synced onwards in another way from now on.
  TRY(store::mark_shrunk(connection, who.tenant, revision));
  TRY(store::forget_watermarks(connection, *row.detached_from, who.tenant));
  TRY(record_change(connection, who, now, "copy.detach", row, {{"source", *row.detached_from}}));
  return transaction->commit();
}

Done attach_resource(Services& services, const Principal& who, const ResourceKey& key, IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  const TimeMs now = services.clock();
  const store::ResourceRow row = TRY(find_owner(connection, who.tenant, key, if_match));
  if (!row.detached_from) return fail(ErrorKind::conflict, "not_detached", "This was not detached from anything.");
  TRY(make_copy(connection, who, row, *row.detached_from, *row.detached_origin, revision, now));
  TRY(store::forget_watermarks(connection, *row.detached_from, who.tenant));
  TRY(record_change(connection, who, now, "copy.attach", row, {{"source", *row.detached_from}}));
  return transaction->commit();
}

Done adopt_resource(Services& services, const Principal& who, const ResourceKey& key, std::string_view source,
                    const Uuid& origin, IfMatch if_match) {
  if (source == who.tenant) return invalid_field("/source", "same_tenant", "The source must be another tenant.");
  const auto transaction = TRY(services.database.begin_write({.writes = {who.tenant}, .member_of = who.person}));
  db::Connection& connection = transaction->connection();
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  store::ResourceRow row = TRY(find_owner(connection, who.tenant, key, if_match));
  TRY(check_own(row));
  TRY(check_origin(connection, who, key.kind, source, origin));
  TRY(check_free(connection, who.tenant, source, origin));
  row.adopted = true;
  row.live = false;
  const TimeMs now = services.clock();
  TRY(make_copy(connection, who, row, std::string(source), origin, revision, now));
  TRY(store::forget_watermarks_into(connection, who.tenant));
  TRY(record_change(connection, who, now, "copy.adopt", row, {{"source", source}, {"originId", origin.text()}}));
  return transaction->commit();
}

}  // namespace syncline::catalog
