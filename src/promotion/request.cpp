#include "promotion/request.h"

#include "base/json.h"

namespace syncline::promotion {
namespace {

bool read_steps(const json::Value& list, std::vector<Kind>& steps) {
  if (list.array() == nullptr) return false;
  steps.clear();
  for (const json::Value& each : *list.array()) {
    const std::optional<Kind> step = each.string() == nullptr ? std::nullopt : kind_of_step(*each.string());
    if (!step) return false;
    steps.push_back(*step);
  }
  return true;
}

}  // namespace

json::Array write_names(const std::vector<NamedResource>& named) {
  json::Array list;
  for (const NamedResource& each : named) {
    list.emplace_back(json::Object{{"kind", info(each.kind).step}, {"id", each.id}});
  }
  return list;
}

bool read_names(const json::Value& list, std::vector<NamedResource>& named) {
  if (list.array() == nullptr) return false;
  for (const json::Value& each : *list.array()) {
    const std::optional<Kind> kind = kind_of_step(each.text_at("kind"));
    if (!kind) return false;
    named.push_back({.kind = *kind, .id = each.text_at("id")});
  }
  return true;
}

std::string step_names(const std::vector<Kind>& steps) {
  std::string names;
  for (const Kind step : steps) names.append(names.empty() ? "" : ",").append(info(step).step);
  return names;
}

std::string write_options(const PromotionRequest& request) {
  json::Array steps;
  for (const Kind step : request.steps) steps.emplace_back(info(step).step);
  json::Object options{{"steps", std::move(steps)}};
  if (request.resources) options.add("resources", write_names(*request.resources));
  if (request.on_drift != planning::OnDrift::overwrite) {
    options.add("onDrift", planning::on_drift_name(request.on_drift));
  }
  if (!request.exclude.empty()) options.add("exclude", write_names(request.exclude));
  if (request.keep_credentials) options.add("credentials", "keep");
  if (request.release_id) options.add("releaseId", request.release_id->text());
  if (request.prune) options.add("prune", true);
  if (request.prune_limit) options.add("pruneLimit", *request.prune_limit);
  return json::write(options);
}

Done read_options(std::string_view options, PromotionRequest& request) {
  const json::Value value = TRY(json::parse(options, {.depth = 64, .nodes = 10'000'000}));
  const json::Value* steps = value.at("steps");
  bool understood = steps != nullptr && read_steps(*steps, request.steps);
  request.resources.reset();
  request.on_drift = planning::OnDrift::overwrite;
  if (const json::Value* resources = value.at("resources")) {
    request.resources.emplace();
    understood = understood && read_names(*resources, *request.resources);
  }
  if (value.at("onDrift") != nullptr) {
    const std::optional<planning::OnDrift> policy = planning::on_drift_of(value.text_at("onDrift"));
    understood = understood && policy;
    request.on_drift = policy.value_or(planning::OnDrift::overwrite);
  }
  request.exclude.clear();
  if (const json::Value* exclude = value.at("exclude"))
    understood = understood && read_names(*exclude, request.exclude);
  request.keep_credentials = value.text_at("credentials") == "keep";
  request.release_id.reset();
  if (value.at("releaseId") != nullptr) {
    request.release_id = parse_uuid(value.text_at("releaseId"));
    understood = understood && request.release_id;
  }
  request.prune = value.at("prune") != nullptr;
  request.prune_limit.reset();
  if (const json::Value* limit = value.at("pruneLimit")) request.prune_limit = limit->number();
  if (!understood) return fail(ErrorKind::internal, "plan_damaged", "The options of this plan cannot be read.");
  return done();
}

}  // namespace syncline::promotion
