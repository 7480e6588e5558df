#pragma once
// The tables `webhooks` and `webhook_deliveries`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

struct WebhookRow {
  std::string tenant;
  Uuid id;
  std::string url;
  std::string events;  // comma-separated
  std::string description;
  std::string sealed_secret;
  Uuid created_by;
  TimeMs created_at = 0;
};
Done insert_webhook(db::Connection& connection, const WebhookRow& webhook);
Result<std::optional<WebhookRow>> find_webhook(db::Connection& connection, std::string_view tenant, const Uuid& id);
Result<std::vector<WebhookRow>> list_webhooks(db::Connection& connection, std::string_view tenant, const Uuid& after,
                                              std::int64_t limit);
Done delete_webhook(db::Connection& connection, std::string_view tenant, const Uuid& id);

struct DeliveryRow {
  std::string tenant;
  Uuid id;
  Uuid webhook;
  std::string event;
  std::string body;
  std::string status = "waiting";  // delivered, failed
  std::int64_t attempts = 0;
  std::optional<TimeMs> next_at = {};
  std::optional<std::int64_t> answer_status = {};
  std::optional<std::string> error = {};
  TimeMs created_at = 0;
  std::optional<TimeMs> tried_at = {};
};
Done insert_delivery(db::Connection& connection, const DeliveryRow& delivery);
// The newest first, those before `before`.
Result<std::vector<DeliveryRow>> list_deliveries(db::Connection& connection, std::string_view tenant,
                                                 const Uuid& webhook, const Uuid& before, std::int64_t limit);

// Of the whole deployment, for who sends.
Result<bool> has_due_delivery(db::Connection& connection, TimeMs now);
// Takes up to `limit` that are due, each for one server: until `until` no other takes them.
Result<std::vector<DeliveryRow>> claim_deliveries(db::Connection& connection, TimeMs now, TimeMs until,
                                                  std::int64_t limit);
// What came of an attempt: status, next_at, answer_status, error, tried_at.
Done update_delivery(db::Connection& connection, const DeliveryRow& delivery);
Done delete_ended_deliveries(db::Connection& connection, TimeMs created_before);

}  // namespace syncline::store
