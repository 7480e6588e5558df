#include "http/sync.h"

#include <algorithm>

#include "promotion/approvals.h"
#include "promotion/matrix.h"
#include "promotion/plan_promotion.h"
#include "promotion/plans.h"
#include "promotion/promote.h"
#include "promotion/releases.h"
#include "promotion/rollback.h"
#include "promotion/runs.h"
#include "runs/center.h"

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
    if (on_drift) {
      const std::optional<planning::OnDrift> policy = planning::on_drift_of(*on_drift);
      if (!policy) fields_.fail("onDrift", "invalid_on_drift", "This must be one of: overwrite, keep, fail.");
      request.on_drift = policy.value_or(planning::OnDrift::overwrite);
    }
    const std::optional<std::string> credentials = fields_.string("credentials");
    if (credentials && *credentials != "copy" && *credentials != "keep") {
      fields_.fail("credentials", "invalid_request", "This can be \"copy\" or \"keep\".");
    }
    request.keep_credentials = credentials == "keep";
    request.resources = read_names("resources");
    request.exclude = read_names("exclude").value_or(std::vector<promotion::NamedResource>());
    read_release(request);
    request.prune = fields_.boolean("prune").value_or(false);
    read_prune_limit(request);
    if (request.prune && (request.resources || !request.exclude.empty())) {
      fields_.fail("prune", "invalid_request", "Named resources say nothing of the others: nothing can be pruned.");
    }
  }

  std::optional<std::vector<promotion::NamedResource>> read_names(std::string_view member) {
    const json::Value* list = fields_.array(member);
    if (list == nullptr) return std::nullopt;
    std::vector<promotion::NamedResource> named;
    for (std::size_t i = 0; i < list->array()->size(); ++i) {
      read_name((*list->array())[i], std::string(member) + "/" + std::to_string(i), named);
    }
    return named;
  }

 private:
  void read_release(promotion::PromotionRequest& request) {
    const std::optional<std::string> id = fields_.string("releaseId");
    if (!id) return;
    request.release_id = parse_uuid(*id);
    if (!request.release_id) fields_.fail("releaseId", "invalid_request", "This must be an id.");
    if (request.resources) fields_.fail("resources", "invalid_request", "A release is taken whole, or by steps.");
    if (!request.exclude.empty()) fields_.fail("exclude", "invalid_request", "A release is taken whole, or by steps.");
  }

  void read_prune_limit(promotion::PromotionRequest& request) {
    const json::Value* limit = fields_.any("pruneLimit");
    if (limit == nullptr) return;
    request.prune_limit = limit->number();
    if (request.prune_limit && *request.prune_limit >= 0 && *request.prune_limit <= 1) return;
    fields_.fail("pruneLimit", "invalid_request", "This must be a share from 0 to 1.");
  }

  void read_name(const json::Value& element, const std::string& name, std::vector<promotion::NamedResource>& named) {
    const std::optional<Kind> kind = kind_of_step(element.text_at("kind"));
    const std::string id = element.text_at("id");
    if (element.object() == nullptr || element.object()->size() != 2 || element.at("kind") == nullptr ||
        element.at("id") == nullptr) {
      fields_.fail(name, "invalid_request", "A resource is {\"kind\": …, \"id\": …}.");
    } else if (!kind) {
      fields_.fail(name + "/kind", "unknown_kind", "There is no such kind.");
    } else if (id.empty()) {
      fields_.fail(name + "/id", "invalid_request", "This must be an id.");
    } else {
      named.push_back({.kind = *kind, .id = id});
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

std::optional<Uuid> read_id(Fields& fields, std::string_view name) {
  const std::optional<std::string> text = fields.string(name);
  if (!text) return std::nullopt;
  const std::optional<Uuid> id = parse_uuid(*text);
  if (!id) fields.fail(name, "invalid_request", "This must be an id.");
  return id;
}

// A plan says all there is to say: nothing may stand beside its id.
void read_plan_id(const Context& context, Fields& fields, promotion::PromotionRequest& request) {
  const std::optional<std::string> id = fields.string("planId");
  if (!id) return;
  request.plan_id = parse_uuid(*id);
  if (!request.plan_id) fields.fail("planId", "invalid_request", "This must be an id.");
  if (context.body.object()->size() > 1) {
    fields.fail("planId", "invalid_request", "A plan is applied as it is: nothing else may be asked for.");
  }
}

// Any text of visible characters, also as a quoted string; bound to where and with what it was sent.
Done read_idempotency_key(const Context& context, promotion::PromotionRequest& request) {
  constexpr std::size_t kLongest = 255;
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  const auto& headers = context.request.headers;
  const auto count = std::count_if(headers.begin(), headers.end(),
                                   [](const Header& header) { return same_name(header.name, "Idempotency-Key"); });
  if (count == 0) return done();
  std::string_view key = context.request.header("Idempotency-Key");
  if (key.size() > 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  if (count > 1 || key.empty() || key.size() > kLongest || !std::all_of(key.begin(), key.end(), is_visible)) {
    return fail(ErrorKind::malformed, "invalid_idempotency_key",
                "An Idempotency-Key is one header of 1 to 255 visible characters.");
  }
  request.idempotency_key = {.text = std::string(key),
                             .request = sha256(context.request.target + "\n" + context.request.body)};
  return done();
}

Result<bool> include_unchanged(const Context& context) {
  const std::optional<std::string_view> include = context.param("include");
  if (!include) return false;
  if (*include != "unchanged") return fail(ErrorKind::invalid, "invalid_include", "`include` can be `unchanged`.");
  return true;
}

// Whether a list of preferences (RFC 7240) has this one.
bool prefers(const Request& request, std::string_view preference) {
  std::string_view rest = request.header("Prefer");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string_view one = rest.substr(0, std::min(rest.find(';'), end));
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (same_name(one, preference)) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Result<Response> sync_later(const Context& context, const promotion::PromotionRequest& request) {
  const store::RunRow run = TRY(context.services.runs->submit(request, promotion::promote));
  Response response = json_response(202, promotion::run_item(run));
  response.set("Location", "/api/tenant/sync/runs/" + run.id.text());
  response.set("Preference-Applied", "respond-async");
  return response;
}

// Now, and with a trace in the history when it fails; or later, when the client would rather not wait.
Result<Response> sync(const Context& context, promotion::PromotionRequest request) {
  TRY(read_idempotency_key(context, request));
  if (prefers(context.request, "respond-async")) return sync_later(context, request);
  const TimeMs started_at = context.services.clock();
  auto report = promotion::promote(context.services, request);
  if (!report.ok()) {
    promotion::remember_failure(context.services, request, report.error(), started_at);
    return Fail{std::move(report).error()};
  }
  return json_text(std::move(report).value().text);
}

Response plans_json(promotion::PlanListing listing) {
  json::Array items;
  for (std::string& item : listing.items) items.emplace_back(json::Raw{std::move(item)});
  std::optional<std::string> next;
  if (listing.last) next = listing.last->text();
  return json_response(200, list_json(std::move(items), next));
}

Result<Response> decide_plan(const Context& context, bool approved) {
  const Uuid id = TRY(id_of(context.path[0]));
  promotion::Decision decision{.approved = approved};
  if (!context.body.is_null()) {
    Fields fields(context.body);
    decision.comment = fields.string("comment", {.min = 1, .max = 1000});
    TRY(fields.end());
  }
  std::string plan = TRY(promotion::decide(context.services, context.principal, id, decision));
  return json_text(std::move(plan));
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
  return sync(context, std::move(request));
}

Result<Response> sync_all(Context& context) {
  promotion::PromotionRequest request{.principal = context.principal, .target = context.path[0], .steps = all_steps()};
  request.include_unchanged = TRY(include_unchanged(context));
  SyncFields fields(context);
  fields.read_into(request);
  read_steps(fields.fields(), request);
  read_plan_id(context, fields.fields(), request);
  TRY(fields.fields().end());
  return sync(context, std::move(request));
}

Result<Response> make_plan(Context& context) {
  promotion::PromotionRequest request{.principal = context.principal, .target = context.path[0], .steps = all_steps()};
  request.include_unchanged = TRY(include_unchanged(context));
  SyncFields fields(context);
  fields.read_into(request);
  read_steps(fields.fields(), request);
  TRY(fields.fields().end());
  std::string plan = TRY(promotion::plan_promotion(context.services, request));
  return json_text(std::move(plan));
}

Result<Response> list_plans(Context& context) {
  const Page page = TRY(page_of(context));
  const std::optional<Uuid> before = TRY(before_of(page));
  const std::optional<std::string> status = TRY(word_param(context, "status", {"open", "applied", "expired"}));
  const store::PlanFilter filter{.source = context.param("source").value_or(""),
                                 .target = context.param("target").value_or(""),
                                 .status = status ? std::string_view(*status) : ""};
  promotion::PlanListing listing =
      TRY(promotion::list_plans(context.services, context.principal, filter, before, page.limit));
  return plans_json(std::move(listing));
}

Result<Response> approve_plan(Context& context) { return decide_plan(context, true); }
Result<Response> deny_plan(Context& context) { return decide_plan(context, false); }

Result<Response> list_approvals(Context& context) {
  const Page page = TRY(page_of(context));
  const std::optional<Uuid> before = TRY(before_of(page));
  const std::optional<std::string> status =
      TRY(word_param(context, "status", {"pending", "approved", "denied", "expired"}));
  promotion::PlanListing listing =
      TRY(promotion::list_approvals(context.services, context.principal, status.value_or(""), before, page.limit));
  return plans_json(std::move(listing));
}

Result<Response> get_plan(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  std::string plan = TRY(promotion::get_plan(context.services, context.principal, id));
  return json_text(std::move(plan));
}

Result<Response> get_plan_graph(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  std::string graph = TRY(promotion::get_plan_graph(context.services, context.principal, id));
  return json_text(std::move(graph));
}

Result<Response> plan_rollback(Context& context) {
  promotion::RollbackRequest request{.principal = context.principal, .run = TRY(id_of(context.path[0]))};
  SyncFields fields(context);
  request.resources = fields.read_names("resources");
  request.overwrite_edits = fields.fields().boolean("overwriteEdits").value_or(false);
  TRY(fields.fields().end());
  return json_text(TRY(promotion::plan_rollback(context.services, request)));
}

Result<Response> roll_back_run(Context& context) {
  promotion::RollbackRequest request{.principal = context.principal, .run = TRY(id_of(context.path[0]))};
  SyncFields fields(context);
  request.resources = fields.read_names("resources");
  request.overwrite_edits = fields.fields().boolean("overwriteEdits").value_or(false);
  request.plan_id = read_id(fields.fields(), "planId");
  if (request.plan_id && request.resources) {
    fields.fields().fail("resources", "invalid_request", "A plan says which resources.");
  }
  TRY(fields.fields().end());
  return json_text(TRY(promotion::roll_back(context.services, request)).text);
}

Result<Response> create_release(Context& context) {
  promotion::NewRelease wanted{.name = {}, .note = {}, .steps = {}};
  SyncFields fields(context);
  wanted.name = fields.fields().string("name", {.required = true, .min = 1}).value_or("");
  wanted.note = fields.fields().string("note", {.max = 2000}).value_or("");
  wanted.resources = fields.read_names("resources");
  promotion::PromotionRequest all{.principal = context.principal, .target = {}, .steps = all_steps()};
  read_steps(fields.fields(), all);
  wanted.steps = all.steps;
  TRY(fields.fields().end());
  std::string release = TRY(promotion::create_release(context.services, context.principal, wanted));
  Response response = json_text(std::move(release));
  response.status = 201;
  return response;
}

Result<Response> list_releases(Context& context) {
  const Page page = TRY(page_of(context));
  const std::optional<Uuid> before = TRY(before_of(page));
  const promotion::ReleaseListing listing =
      TRY(promotion::list_releases(context.services, context.principal, before, page.limit));
  json::Array items;
  for (const std::string& item : listing.items) items.emplace_back(json::Raw{item});
  std::optional<std::string> next;
  if (listing.last) next = listing.last->text();
  return json_response(200, list_json(std::move(items), next));
}

Result<Response> get_release(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  return json_text(TRY(promotion::get_release(context.services, context.principal, id)));
}

Result<Response> sync_matrix(Context& context) {
  return json_response(200, TRY(promotion::sync_matrix(context.services, context.principal)));
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
    const Uuid found = TRY(promotion::find_copy_id(context.services, context.principal, *source, *target, *given));
    return json_response(
        200, json::Object{{"source", *source}, {"target", *target}, {"id", given->text()}, {"copyId", found.text()}});
  }
  const promotion::Origin origin = TRY(promotion::find_origin(context.services, context.principal, *target, *given));
  return json_response(
      200, json::Object{
               {"source", origin.source}, {"target", *target}, {"id", origin.id.text()}, {"copyId", given->text()}});
}

}  // namespace syncline::http
