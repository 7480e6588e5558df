#pragma once
// The parts of resources that stand in tables of their own, by resource: credentials, contents, embeddings.

#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "planning/inventory.h"
#include "planning/target_ids.h"
#include "store/part_tables.h"
#include "store/promotion.h"

namespace syncline::promotion {

template <typename Part>
using Parts = std::unordered_map<Uuid, std::vector<Part>, UuidHash>;
template <typename Part>
using ListParts = Result<std::vector<Part>> (*)(db::Connection&, std::string_view, const std::optional<Uuid>&);

// The parts of those resources (and maybe of others), by resource.
template <typename Part>
Result<Parts<Part>> read_parts(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& owners,
                               ListParts<Part> list) {
  Parts<Part> parts;
  if (owners.size() > store::kReadOneByOne) {
    std::vector<Part> all = TRY(list(connection, tenant, std::nullopt));
    for (Part& part : all) parts[part.owner].push_back(std::move(part));
    return parts;
  }
  for (const Uuid& owner : owners) {
    std::vector<Part> own = TRY(list(connection, tenant, owner));
    if (!own.empty()) parts[owner] = std::move(own);
  }
  return parts;
}

template <typename Part>
const std::vector<Part>& parts_of(const Parts<Part>& parts, const Uuid& owner) {
  static const std::vector<Part> kNoParts;
  const auto found = parts.find(owner);
  return found == parts.end() ? kNoParts : found->second;
}

inline const store::CredentialPart* find_field(const std::vector<store::CredentialPart>& parts,
                                               std::string_view field) {
  for (const store::CredentialPart& part : parts) {
    if (part.field == field) return &part;
  }
  return nullptr;
}

// Where an id of the source leads in the target. `exceptions`: packed pairs.
inline Uuid mapped(const planning::TargetIds& ids, std::string_view exceptions, const Uuid& id) {
  for (std::size_t n = 0; n + 1 < planning::count_ids(exceptions); n += 2) {
    if (planning::id_at(exceptions, n) == id) return planning::id_at(exceptions, n + 1);
  }
  return ids.of(id);
}

}  // namespace syncline::promotion
