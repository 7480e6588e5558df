#include "http/webhooks.h"

#include <algorithm>
#include <utility>

#include "notify/webhooks.h"

namespace syncline::http {
namespace {

constexpr std::size_t kLongestUrl = 2000;

json::Object webhook_json(const store::WebhookRow& webhook) {
  json::Array events;
  std::string_view names = webhook.events;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    events.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return {{"id", webhook.id.text()},
          {"url", webhook.url},
          {"events", std::move(events)},
          {"description", webhook.description},
          {"createdAt", format_time(webhook.created_at)}};
}

json::Value time_or_null(const std::optional<TimeMs>& time) {
  return time ? json::Value(format_time(*time)) : json::Value();
}

json::Value delivery_json(const store::DeliveryRow& delivery) {
  return json::Object{{"id", delivery.id.text()},
                      {"event", delivery.event},
                      {"status", delivery.status},
                      {"attempts", delivery.attempts},
                      {"answerStatus", delivery.answer_status},
                      {"error", delivery.error},
                      {"createdAt", format_time(delivery.created_at)},
                      {"triedAt", time_or_null(delivery.tried_at)},
                      {"nextAt", time_or_null(delivery.next_at)}};
}

std::vector<std::string> events_field(Fields& fields) {
  std::vector<std::string> events;
  const json::Value* list = fields.array("events", true);
  if (list == nullptr) return events;
  for (std::size_t i = 0; i < list->array()->size(); ++i) {
    const std::string* event = (*list->array())[i].string();
    const bool known = event != nullptr && std::find(std::begin(notify::kEvents), std::end(notify::kEvents), *event) !=
                                               std::end(notify::kEvents);
    if (!known) {
      fields.fail("events/" + std::to_string(i), "unknown_event", "There is no such event.");
    } else if (std::find(events.begin(), events.end(), *event) == events.end()) {
      events.push_back(*event);
    }
  }
  if (list->array()->empty()) fields.fail("events", "invalid_request", "There must be an event.");
  return events;
}

template <typename Row>
std::optional<std::string> next_of(const std::vector<Row>& rows, const Page& page) {
  if (rows.size() != static_cast<std::size_t>(page.limit)) return std::nullopt;
  return rows.back().id.text();
}

}  // namespace

Result<Response> list_webhooks(Context& context) {
  const Page page = TRY(page_of(context));
  const std::optional<Uuid> after = TRY(before_of(page));
  const auto webhooks =
      TRY(notify::list_webhooks(context.services, context.principal, after.value_or(Uuid{}), page.limit));
  json::Array items;
  for (const store::WebhookRow& webhook : webhooks) items.emplace_back(webhook_json(webhook));
  return json_response(200, list_json(std::move(items), next_of(webhooks, page)));
}

Result<Response> create_webhook(Context& context) {
  Fields fields(context.body);
  notify::NewWebhook wanted;
  wanted.url = fields.string("url", {.required = true, .min = 1, .max = kLongestUrl}).value_or("");
  wanted.events = events_field(fields);
  wanted.description = fields.string("description").value_or("");
  TRY(fields.end());
  const notify::MadeWebhook made = TRY(notify::create_webhook(context.services, context.principal, wanted));
  json::Object webhook = webhook_json(made.row);
  webhook.add("secret", made.secret.reveal());
  Response response = json_response(201, webhook);
  response.set("Location", "/api/tenant/webhooks/" + made.row.id.text());
  return response;
}

Result<Response> delete_webhook(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  TRY(notify::delete_webhook(context.services, context.principal, id));
  return Response{.status = 204};
}

Result<Response> list_deliveries(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  const Page page = TRY(page_of(context));
  const std::optional<Uuid> before = TRY(before_of(page));
  const auto deliveries = TRY(notify::list_deliveries(context.services, context.principal, id, before, page.limit));
  json::Array items;
  for (const store::DeliveryRow& delivery : deliveries) items.push_back(delivery_json(delivery));
  return json_response(200, list_json(std::move(items), next_of(deliveries, page)));
}

Result<Response> test_webhook(Context& context) {
  TRY(nothing_asked(context));
  const Uuid id = TRY(id_of(context.path[0]));
  const store::DeliveryRow delivery = TRY(notify::send_test(context.services, context.principal, id));
  return json_response(202, delivery_json(delivery));
}

}  // namespace syncline::http
