#pragma once
// A release: what a sync would take at a moment, under a name, for ever (X46). It can be promoted instead of the source
// as it is now, to any tenant, and is the same each time.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/services.h"
#include "promotion/parts.h"
#include "promotion/request.h"
#include "promotion/select.h"
#include "store/part_tables.h"
#include "store/promotion.h"
#include "store/releases.h"

namespace syncline::promotion {

struct Release {
  store::ReleaseRow row;
  std::optional<std::vector<Uuid>> roots;  // when it was made of named resources
  std::vector<store::PackedRow> rows;      // of `resources`, in the order of ids, then of the tables of parts
  std::vector<store::VariableUse> variable_uses;
};

struct NewRelease {
  std::string name;
  std::string note;
  std::vector<Kind> steps;  // what can be promoted of it
  std::optional<std::vector<NamedResource>> resources = {};
};
// As JSON, with `items`. Errors: conflict `release_exists`; invalid `unknown_resource`.
Result<std::string> create_release(const Services& services, const Principal& principal, const NewRelease& wanted);
// Error: not_found `release_not_found`.
Result<std::string> get_release(const Services& services, const Principal& principal, const Uuid& id);
struct ReleaseListing {
  std::vector<std::string> items;
  std::optional<Uuid> last;  // there is more after this one
};
Result<ReleaseListing> list_releases(const Services& services, const Principal& principal,
                                     const std::optional<Uuid>& before, std::int64_t limit);

// Error: not_found `release_not_found`, for one of another tenant too.
Result<std::shared_ptr<const Release>> load_release(db::Connection& connection, std::string_view source,
                                                    const Uuid& id);
// The rows of the release beside what the target has now.
Result<Selection> select_release(db::Connection& connection, const Pair& pair, std::shared_ptr<const Release> release);

// The kept parts, as they are read from the tables.
std::vector<store::CredentialPart> credential_parts_of(const Release& release);
std::vector<store::ContentPart> content_parts_of(const Release& release);
std::vector<store::EmbeddingPart> embedding_parts_of(const Release& release);

// The parts of originals: those the release has when there is one.
template <typename Part>
Result<Parts<Part>> read_source_parts(db::Connection& connection, const Pair& pair, const Selection& selection,
                                      const std::vector<Uuid>& originals, ListParts<Part> list,
                                      std::vector<Part> (*kept)(const Release&)) {
  if (!selection.release) return read_parts(connection, pair.source, originals, list);
  Parts<Part> parts;
  for (Part& part : kept(*selection.release)) parts[part.owner].push_back(std::move(part));
  return parts;
}

}  // namespace syncline::promotion
