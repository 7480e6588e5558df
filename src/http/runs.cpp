#include "http/runs.h"

#include <charconv>

#include "access/authenticate.h"
#include "promotion/runs.h"
#include "runs/center.h"

namespace syncline::http {
namespace {

// The report, and of the run's own members those it does not say itself.
std::string with_item(const json::Value& item, std::string_view report) {
  json::Object rest;
  for (const json::Member& member : item.object()->members()) {
    if (json::member_text(report, member.name).empty()) rest.add(member.name, member.value);
  }
  std::string text = json::write(rest);
  text.back() = ',';
  return text.append(report.substr(1));
}

Result<store::RunFilter> run_filter(const Context& context) {
  store::RunFilter filter;
  if (const auto source = context.param("source")) filter.source = *source;
  if (const auto target = context.param("target")) filter.target = *target;
  filter.status = TRY(word_param(context, "status", {"queued", "running", "succeeded", "failed", "cancelled"}));
  filter.kind = TRY(word_param(context, "kind", {"sync", "rollback"}));
  if (const auto person = context.param("startedBy")) {
    filter.started_by = parse_uuid(*person);
    if (!filter.started_by) filter.started_by_email = access::normal_email(*person);
  }
  filter.since = TRY(time_param(context, "since"));
  filter.until = TRY(time_param(context, "until"));
  return filter;
}

// The number of the last event that the client has seen; 0: none.
Result<std::int64_t> last_event_id(const Context& context) {
  const std::string_view text = context.request.header("Last-Event-ID");
  std::int64_t id = 0;
  if (text.empty()) return id;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), id);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || id < 0) {
    return fail(ErrorKind::invalid, "invalid_event_id", "Last-Event-ID must be the id of an event.");
  }
  return id;
}

}  // namespace

Result<Response> list_runs(Context& context) {
  const Page page = TRY(page_of(context));
  const std::optional<Uuid> before = TRY(before_of(page));
  const store::RunFilter filter = TRY(run_filter(context));
  const std::vector<store::RunRow> runs =
      TRY(promotion::list_runs(context.services, context.principal, filter, before, page.limit));
  json::Array items;
  for (const store::RunRow& run : runs) items.push_back(promotion::run_item(run));
  std::optional<std::string> next;
  if (runs.size() == static_cast<std::size_t>(page.limit)) next = runs.back().id.text();
  return json_response(200, list_json(std::move(items), next));
}

Result<Response> get_run(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  const promotion::Run run = TRY(promotion::get_run(context.services, context.principal, id));
  json::Value item = promotion::run_item(run.row);
  if (run.report) return json_response(200, json::Raw{with_item(item, *run.report)});
  if (!run.row.finished_at) {
    item.object()->add("progress", json::Raw{context.services.runs->progress_of(id)});
  }
  return json_response(200, item);
}

Result<Response> run_events(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  const std::int64_t after = TRY(last_event_id(context));
  auto feed = TRY(context.services.runs->follow(context.principal, id, after));
  if (!feed) return Response{.status = 204};  // which tells a browser not to come again
  return Response{
      .status = 200,
      .headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}},
      .feed = std::move(*feed)};
}

Result<Response> cancel_run(Context& context) {
  TRY(nothing_asked(context));
  const Uuid id = TRY(id_of(context.path[0]));
  const store::RunRow run = TRY(context.services.runs->cancel(context.principal, id));
  return json_response(202, promotion::run_item(run));
}

}  // namespace syncline::http
