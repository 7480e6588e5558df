#pragma once
// Two tenants, dev and prod, on a database, and what happens in them: made through the store as the catalogue makes it,
// with small rows and bodies that hold nothing but references, so that many worlds take little time.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access/tenant_keys.h"
#include "base/json.h"
#include "planning/sync_id.h"
#include "promotion/compute.h"
#include "promotion/promote.h"
#include "secrets/seal.h"
#include "store/edges.h"
#include "store/resources.h"
#include "support/world.h"

namespace syncline::promotion {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error().code << ": " << result.error().message << result.error().context;
  return std::move(result).value();
}

constexpr db::Query kInsertTenant{"test.tenant", R"sql(
    INSERT INTO tenants (id, label, environment, minimum_role, sealed_key, revision, shrunk_at, created_at)
    VALUES ($1, $1, 'development', 'ADMIN', $2, 1, 0, 0)
)sql"};
constexpr db::Query kInsertPerson{"test.person", R"sql(
    INSERT INTO persons (id, email, display_name, password_hash, superuser, created_at)
    VALUES ($1, 'a@b.c', 'A', NULL, FALSE, 0)
)sql"};
constexpr db::Query kInsertAccount{"test.account", R"sql(
    INSERT INTO accounts (tenant_id, person_id, role, created_at) VALUES ($1, $2, 'OWNER', 0)
)sql"};
// With a person who may do everything, and a third tenant, lib.
class TwoTenants {
 public:
  explicit TwoTenants(test::Engine engine) : world_(engine), person_(make_uuid7(1)) {
    write([&](db::Connection& connection) {
      must(connection.execute(kInsertPerson, {person_}));
      for (const std::string_view tenant : {"dev", "prod", "lib"}) {
        const std::string key = wrap_tenant_key(world_.services().master_key, tenant, secrets::make_tenant_key());
        must(connection.execute(kInsertTenant, {tenant, db::Bytes{key}}));
        must(connection.execute(kInsertAccount, {tenant, person_}));
      }
    });
  }

  template <typename Act>
  void write(Act act) {
    const auto transaction = must(world_.database().begin_write(db::deployment()));
    act(transaction->connection());
    must(transaction->commit());
  }

  Services services() {
    const Services& all = world_.services();
    return {all.database, all.blobs, all.master_key, [this] { return now_; }};
  }

  PromotionRequest request(std::vector<Kind> steps) const {
    Principal principal;
    principal.person = person_;
    principal.tenant = "dev";
    principal.role = Role::owner;
    return {.principal = principal, .target = "prod", .steps = std::move(steps)};
  }
  static std::vector<Kind> all_steps() {
    std::vector<Kind> steps;
    for (const KindInfo& kind : kKinds) steps.push_back(kind.kind);
    return steps;
  }
  json::Value sync(const PromotionRequest& wanted) {
    const Report report = must(promote(services(), wanted));
    return must(json::parse(report.text));
  }
  json::Value sync() { return sync(request(all_steps())); }
  static std::int64_t count(const json::Value& report, std::string_view name) {
    return *report.at("summary")->at(name)->integer();
  }

  Uuid add(Kind kind, std::vector<Uuid> refs, bool syncable, std::optional<std::string> synced_from = std::nullopt) {
    store::ResourceRow row;
    row.id = make_uuid7(++time_);
    write([&](db::Connection& connection) {
      const std::int64_t revision = must(store::bump_revision(connection, "dev"));
      row.kind = kind;
      row.name = "r" + std::to_string(time_);
      row.syncable = syncable;
      row.lineage_id = make_uuid7(time_);
      row.digest[0] = 1;
      if (synced_from) {
        row.synced_from = synced_from;
        row.origin_id = make_uuid7(time_);
      } else {
        row.refs = store::pack_ids(refs);
        row.changed_at = revision;
        must(store::replace_referrers(connection, "dev", row.id, {}, store::unpack_ids(*row.refs)));
        row.draft_id = write_body(connection, "dev", *row.refs);
      }
      row.created_by = row.updated_by = person_;
      must(store::insert_resource(connection, "dev", row));
    });
    return row.id;
  }

  Uuid write_body(db::Connection& connection, std::string_view tenant, const std::string& refs) {
    json::Array ids;
    for (const Uuid& id : store::unpack_ids(refs)) ids.emplace_back(id.text());
    const store::BodyRow body{.id = make_uuid7(++time_),
                              .space = std::string(tenant),
                              .digest = {},
                              .refs = refs,
                              .text = json::write(json::Object{{"refs", std::move(ids)}})};
    must(store::insert_body(connection, body));
    return body.id;
  }

  template <typename Change>
  void change(std::string_view tenant, const Uuid& id, Change change) {
    write([&](db::Connection& connection) {
      const std::int64_t revision = must(store::bump_revision(connection, tenant));
      store::ResourceRow row = *must(store::find_resource(connection, tenant, id));
      const store::ResourceRow before = row;
      change(row);
      if (!row.synced_from) ++row.digest[1];
      if (row.refs != before.refs) row.draft_id = write_body(connection, tenant, *row.refs);
      row.changed_at = revision;
      const std::vector<Uuid> old_refs = store::unpack_ids(before.refs.value_or(""));
      const std::vector<Uuid> new_refs = store::unpack_ids(row.refs.value_or(""));
      must(store::replace_referrers(connection, tenant, id, old_refs, new_refs));
      const bool kept = std::includes(new_refs.begin(), new_refs.end(), old_refs.begin(), old_refs.end());
      if (!kept || (before.syncable && !row.syncable)) must(store::mark_shrunk(connection, tenant, revision));
      must(store::update_resource(connection, tenant, row));
    });
  }

  void remove(std::string_view tenant, const Uuid& id) {
    write([&](db::Connection& connection) {
      const std::int64_t revision = must(store::bump_revision(connection, tenant));
      must(store::delete_resource(connection, tenant, id));
      must(store::mark_shrunk(connection, tenant, revision));
      if (tenant == "prod") must(store::forget_watermarks_into(connection, "prod"));
    });
  }

  std::optional<store::ResourceRow> copy_of(const Uuid& original) {
    const auto transaction = must(world_.database().begin_read(db::deployment()));
    Uuid id = planning::SyncIds("dev", "prod").of(original);
    must(store::each_adopted_row(transaction->connection(), "prod", [&](const store::TargetRow& row) {
      if (row.origin == original) id = row.id;
    }));
    return must(store::find_resource(transaction->connection(), "prod", id));
  }

  // What a full run would do now, without doing it.
  planning::Plan full_plan(const std::vector<Kind>& steps, planning::OnDrift on_drift) {
    const auto transaction = must(world_.database().begin_read(db::deployment()));
    const Snapshot snapshot = must(read_snapshot(transaction->connection(), {"dev", "prod"}));
    return planning::make_plan(
        {.source = "dev", .target = "prod", .steps = request(steps).kinds(), .on_drift = on_drift}, snapshot.source,
        snapshot.target, planning::select_closure(snapshot.source, std::nullopt));
  }

  test::World world_;
  Uuid person_;
  TimeMs time_ = 1;
  TimeMs now_ = 1'700'000'000'000;
};

}  // namespace syncline::promotion
