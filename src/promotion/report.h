#pragma once
// What a run did, as JSON (X31).

#include <string>

#include "promotion/compute.h"
#include "promotion/items.h"

namespace syncline::promotion {

struct Report {
  Uuid run_id;
  TimeMs started_at = 0;
  TimeMs finished_at = 0;
  std::string summary;  // JSON: the counts
  std::string text;     // JSON: all of it
};

struct ReportParts {
  const PromotionRequest& request;
  const Computed& computed;
  const Additions& additions;  // what the plan it was made from says of its items
  std::optional<Uuid> plan_id = {};
  TimeMs started_at = 0;
  TimeMs finished_at = 0;
};
Report make_report(const ReportParts& parts);

}  // namespace syncline::promotion
