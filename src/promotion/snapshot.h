#pragma once
// The rows a promotion looks at: metadata and pointers, no bodies. All of two tenants, or what has moved.

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "planning/inventory.h"
#include "promotion/request.h"
#include "store/promotion.h"

namespace syncline::promotion {

// Keeps texts where they do not move, in few allocations.
class Texts {
 public:
  std::string_view keep(std::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t left_ = 0;
};

// What a copy takes over from its original as it is.
struct Content {
  std::string_view description;
  std::optional<std::string_view> status;
  Uuid lineage;
  std::int64_t published = 0;
  std::optional<Uuid> draft;
  std::uint32_t built_ins = 0;
  Uuid created_by;
  TimeMs created_at = 0;
};

struct Snapshot {
  Texts texts;
  planning::Source source;
  std::vector<Content> contents;  // of the source's resources, by the same numbers
  planning::Target target;
  std::unordered_set<Uuid, UuidHash> overridden = {};  // ids in the target; read before its rows

  planning::Index add(const store::SourceRow& row);
  planning::Index add(const store::TargetRow& row);
};

Done read_overridden(db::Connection& connection, std::string_view target, Snapshot& snapshot);
// Everything in both tenants.
Result<Snapshot> read_snapshot(db::Connection& connection, const Pair& pair);

}  // namespace syncline::promotion
