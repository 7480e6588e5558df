#pragma once
// The tables `releases` and `promoted_releases`, and the column of copies that names the release they hold.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

struct ReleaseRow {
  Uuid id;
  std::string name;
  std::string note;
  Digest digest{};
  std::string steps;    // comma-separated
  std::string summary;  // JSON
  Uuid created_by;
  TimeMs created_at = 0;
};
struct ReleaseBlobs {
  std::string body_ids = {};  // packed: what the rows point at
  std::string lineage_ids = {};
  std::string blob_ids = {};
  std::string items = {};  // both compressed
  std::string contents = {};
};
// Error: conflict `duplicate`, when the name is taken.
Done insert_release(db::Connection& connection, std::string_view tenant, const ReleaseRow& row,
                    const ReleaseBlobs& blobs);
Result<std::optional<ReleaseRow>> find_release(db::Connection& connection, std::string_view tenant, const Uuid& id);
Result<bool> has_release_named(db::Connection& connection, std::string_view tenant, std::string_view name);
Result<std::string> load_release_items(db::Connection& connection, std::string_view tenant, const Uuid& id);
Result<std::string> load_release_contents(db::Connection& connection, std::string_view tenant, const Uuid& id);
// The newest first, those before `before`.
Result<std::vector<ReleaseRow>> list_releases(db::Connection& connection, std::string_view tenant, const Uuid& before,
                                              std::int64_t limit);

struct PromotedRelease {
  Uuid id;
  std::string name;
};
Done insert_promoted_release(db::Connection& connection, std::string_view source, std::string_view target,
                             const PromotedRelease& release);
// The release a copy holds.
Result<std::optional<PromotedRelease>> find_release_of_copy(db::Connection& connection, std::string_view tenant,
                                                            const Uuid& copy);
db::Ask release_of_copy_question(std::string_view tenant,
                                 const Uuid& copy);  // what it will ask, for Connection::fetch_ahead
Result<std::optional<std::string>> find_promoted_name(db::Connection& connection, std::string_view target,
                                                      const Uuid& release);

using HeldRelease = std::pair<Uuid, std::optional<Uuid>>;  // a copy, and what it holds
Result<std::vector<HeldRelease>> list_held_releases(db::Connection& connection, std::string_view target,
                                                    std::string_view source);
Done write_held_releases(db::Connection& connection, std::string_view target, const std::vector<HeldRelease>& held);

struct VariableUse {
  std::string name;
  Uuid resource;
};
Result<std::vector<VariableUse>> list_variable_uses(db::Connection& connection, std::string_view tenant);

}  // namespace syncline::store
