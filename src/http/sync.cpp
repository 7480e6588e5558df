#include "http/sync.h"

#include <algorithm>

#include "promotion/promote.h"
#include "promotion/runs.h"

namespace syncline::http {
namespace {

Response json_text(std::string text) {
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(text)};
}

std::string label_of(const KindInfo& kind) {
  std::string label(kind.singular);
  label[0] = static_cast<char>(label[0] - 'a' + 'A');
  return label + "s";
}

std::vector<Kind> all_steps() {
  std::vector<Kind> steps;
  for (const KindInfo& kind : kKinds) steps.push_back(kind.kind);
  return steps;
}

// The members of a request to sync, but for `steps`.
class SyncFields {
 public:
  explicit SyncFields(const Context& context) : fields_(context.body.is_null() ? kNothing : context.body) {}
  Fields& fields() { return fields_; }

  void read_into(promotion::PromotionRequest& request) {
    const std::optional<std::string> on_drift = fields_.string("onDrift");
    if (on_drift && *on_drift != "overwrite") {
      fields_.fail("onDrift", "not_supported", "Only \"overwrite\" is supported.");
    }
    const json::Value* resources = fields_.array("resources");
    if (resources == nullptr) return;
    request.resources.emplace();
    for (std::size_t i = 0; i < resources->array()->size(); ++i) read_resource((*resources->array())[i], i, request);
  }

 private:
  void read_resource(const json::Value& element, std::size_t i, promotion::PromotionRequest& request) {
    const std::optional<Kind> kind = kind_of_step(element.text_at("kind"));
    const std::string id = element.text_at("id");
    const std::string name = "resources/" + std::to_string(i);
    if (element.object() == nullptr || element.object()->size() != 2 || element.at("kind") == nullptr ||
        element.at("id") == nullptr) {
      fields_.fail(name, "invalid_request", "A resource is {\"kind\": …, \"id\": …}.");
    } else if (!kind) {
      fields_.fail(name + "/kind", "unknown_kind", "There is no such kind.");
    } else if (id.empty()) {
      fields_.fail(name + "/id", "invalid_request", "This must be an id.");
    } else {
      request.resources->push_back({.kind = *kind, .id = id});
    }
  }

  inline static const json::Value kNothing{json::Object{}};
  Fields fields_;
};

void read_steps(Fields& fields, promotion::PromotionRequest& request) {
  const json::Value* steps = fields.array("steps");
  if (steps == nullptr) return;
  request.steps.clear();
  for (std::size_t i = 0; i < steps->array()->size(); ++i) {
    const std::string* name = (*steps->array())[i].string();
    const std::optional<Kind> step = name == nullptr ? std::nullopt : kind_of_step(*name);
    if (step)
      request.steps.push_back(*step);
    else
      fields.fail("steps/" + std::to_string(i), "unknown_step", "There is no such step.");
  }
  if (steps->array()->empty()) fields.fail("steps", "invalid_request", "There must be a step.");
  std::sort(request.steps.begin(), request.steps.end());
  request.steps.erase(std::unique(request.steps.begin(), request.steps.end()), request.steps.end());
}

Result<bool> include_unchanged(const Context& context) {
  const std::optional<std::string_view> include = context.param("include");
  if (!include) return false;
  if (*include != "unchanged") return fail(ErrorKind::invalid, "invalid_include", "`include` can be `unchanged`.");
  return true;
}

json::Value run_json(const store::RunRow& run) {
  json::Array steps;
  std::string_view names = run.steps;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    steps.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return json::Object{{"runId", run.id.text()},
                      {"source", run.source},
                      {"target", run.target},
                      {"steps", std::move(steps)},
                      {"status", run.status},
                      {"startedBy", run.started_by.text()},
                      {"startedAt", format_time(run.started_at)},
                      {"finishedAt", format_time(run.finished_at)},
                      {"summary", json::Raw{run.summary}}};
}

}  // namespace

Result<Response> sync_steps(Context&) {
  json::Array steps;
  json::Array details;
  for (const KindInfo& kind : kKinds) {
    steps.emplace_back(kind.step);
    details.emplace_back(
        json::Object{{"step", kind.step}, {"label", label_of(kind)}, {"description", kind.description}});
  }
  return json_response(200, json::Object{{"steps", std::move(steps)}, {"details", std::move(details)}});
}

Result<Response> sync_step(Context& context) {
  const std::optional<Kind> step = kind_of_step(context.path[1]);
  if (!step) return fail(ErrorKind::not_found, "unknown_step", "There is no such step.");
  promotion::PromotionRequest request{.principal = context.principal, .target = context.path[0], .steps = {*step}};
  request.include_unchanged = TRY(include_unchanged(context));
  SyncFields fields(context);
  fields.read_into(request);
  TRY(fields.fields().end());
  promotion::Report report = TRY(promotion::promote(context.services, request));
  return json_text(std::move(report.text));
}

Result<Response> sync_all(Context& context) {
  promotion::PromotionRequest request{.principal = context.principal, .target = context.path[0], .steps = all_steps()};
  request.include_unchanged = TRY(include_unchanged(context));
  SyncFields fields(context);
  fields.read_into(request);
  read_steps(fields.fields(), request);
  TRY(fields.fields().end());
  promotion::Report report = TRY(promotion::promote(context.services, request));
  return json_text(std::move(report.text));
}

Result<Response> list_runs(Context& context) {
  const Page page = TRY(page_of(context));
  std::optional<Uuid> before;
  if (page.after) {
    before = parse_uuid(*page.after);
    if (!before) return fail(ErrorKind::invalid, "invalid_cursor", "This cursor is not one of ours.");
  }
  const std::vector<store::RunRow> runs =
      TRY(promotion::list_runs(context.services, context.principal, before, page.limit));
  json::Array items;
  for (const store::RunRow& run : runs) items.push_back(run_json(run));
  std::optional<std::string> next;
  if (runs.size() == static_cast<std::size_t>(page.limit)) next = runs.back().id.text();
  return json_response(200, list_json(std::move(items), next));
}

Result<Response> get_run(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  std::string report = TRY(promotion::get_run(context.services, context.principal, id));
  return json_text(std::move(report));
}

Result<Response> sync_id(Context& context) {
  const auto source = context.param("source");
  const auto target = context.param("target");
  const auto id = context.param("id");
  const auto copy = context.param("copyId");
  const bool forward = source && target && id && !copy;
  const bool back = target && copy && !source && !id;
  if (!forward && !back) {
    return fail(ErrorKind::invalid, "invalid_parameters", "Give source, target and id, or target and copyId.");
  }
  const std::optional<Uuid> given = parse_uuid(forward ? *id : *copy);
  if (!given) return fail(ErrorKind::invalid, "invalid_id", "This is not an id.");
  if (forward) {
    return json_response(200, json::Object{{"source", *source},
                                           {"target", *target},
                                           {"id", given->text()},
                                           {"copyId", promotion::sync_id(*source, *target, *given).text()}});
  }
  const promotion::Origin origin = TRY(promotion::find_origin(context.services, context.principal, *target, *given));
  return json_response(
      200, json::Object{
               {"source", origin.source}, {"target", *target}, {"id", origin.id.text()}, {"copyId", given->text()}});
}

}  // namespace syncline::http
