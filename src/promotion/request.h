#pragma once
// What was asked for.

#include <optional>
#include <string>
#include <vector>

#include "model/kinds.h"
#include "model/principal.h"
#include "planning/inventory.h"

namespace syncline::promotion {

struct NamedResource {
  Kind kind = Kind::document;
  std::string id;  // as it was written: also of a built-in tool
};

struct PromotionRequest {
  Principal principal;  // its tenant is the source
  std::string target;
  std::vector<Kind> steps;                                   // in sync order
  std::optional<std::vector<NamedResource>> resources = {};  // instead of every flagged one (X28)
  bool include_unchanged = false;

  planning::Kinds kinds() const {
    planning::Kinds kinds;
    for (const Kind step : steps) kinds.set(static_cast<std::size_t>(step));
    return kinds;
  }
};

struct Pair {
  std::string source;
  std::string target;
};

}  // namespace syncline::promotion
