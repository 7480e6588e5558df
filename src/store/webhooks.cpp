#include "store/webhooks.h"

namespace syncline::store {
namespace {

#define SYNCLINE_WEBHOOK_COLUMNS "tenant_id, id, url, events, description, sealed_secret, created_by, created_at"
#define SYNCLINE_DELIVERY_COLUMNS                                                                         \
  "tenant_id, id, webhook_id, event, body, status, attempts, next_at, answer_status, error, created_at, " \
  "tried_at"

constexpr db::Query kInsertWebhook{"webhooks.insert", "INSERT INTO webhooks (" SYNCLINE_WEBHOOK_COLUMNS R"sql()
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql"};
constexpr db::Query kFindWebhook{"webhooks.find", "SELECT " SYNCLINE_WEBHOOK_COLUMNS R"sql(
    FROM webhooks WHERE tenant_id = $1 AND id = $2
)sql"};
constexpr db::Query kListWebhooks{"webhooks.list", "SELECT " SYNCLINE_WEBHOOK_COLUMNS R"sql(
    FROM webhooks WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3
)sql"};
constexpr db::Query kDeleteWebhook{"webhooks.delete", "DELETE FROM webhooks WHERE tenant_id = $1 AND id = $2"};

constexpr db::Query kInsertDelivery{"webhook_deliveries.insert",
                                    "INSERT INTO webhook_deliveries (" SYNCLINE_DELIVERY_COLUMNS R"sql()
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
)sql"};
constexpr db::Query kListDeliveries{"webhook_deliveries.list", "SELECT " SYNCLINE_DELIVERY_COLUMNS R"sql(
    FROM webhook_deliveries WHERE tenant_id = $1 AND webhook_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4
)sql"};

// These three are asked for all tenants at once, by the index webhook_deliveries_due.
constexpr db::Query kHasDueDelivery{"webhook_deliveries.has_due", R"sql(
    SELECT 1 FROM webhook_deliveries WHERE next_at IS NOT NULL AND next_at <= $1 LIMIT 1
)sql"};
// The condition stands twice: a second server waits for the first one's rows, looks at them again, and leaves them.
constexpr db::Query kClaimDeliveries{"webhook_deliveries.claim", R"sql(
    UPDATE webhook_deliveries SET next_at = $2, attempts = attempts + 1
    WHERE next_at IS NOT NULL AND next_at <= $1
      AND (tenant_id, id) IN (SELECT d.tenant_id, d.id FROM webhook_deliveries d
                              WHERE d.next_at IS NOT NULL AND d.next_at <= $1 ORDER BY d.next_at LIMIT $3)
    RETURNING )sql" SYNCLINE_DELIVERY_COLUMNS};
constexpr db::Query kDeleteEnded{"webhook_deliveries.delete_ended", R"sql(
    DELETE FROM webhook_deliveries WHERE next_at IS NULL AND created_at < $1
)sql"};

constexpr db::Query kUpdateDelivery{"webhook_deliveries.update", R"sql(
    UPDATE webhook_deliveries SET status = $3, next_at = $4, answer_status = $5, error = $6, tried_at = $7
    WHERE tenant_id = $1 AND id = $2 AND attempts = $8 AND status = 'waiting'
)sql"};

WebhookRow read_webhook(const db::Row& row) {
  return {.tenant = row.string(0),
          .id = row.uuid(1),
          .url = row.string(2),
          .events = row.string(3),
          .description = row.string(4),
          .sealed_secret = std::string(row.bytes(5)),
          .created_by = row.uuid(6),
          .created_at = row.integer(7)};
}

DeliveryRow read_delivery(const db::Row& row) {
  return {.tenant = row.string(0),
          .id = row.uuid(1),
          .webhook = row.uuid(2),
          .event = row.string(3),
          .body = row.string(4),
          .status = row.string(5),
          .attempts = row.integer(6),
          .next_at = row.maybe_integer(7),
          .answer_status = row.maybe_integer(8),
          .error = row.maybe_string(9),
          .created_at = row.integer(10),
          .tried_at = row.maybe_integer(11)};
}

}  // namespace

Done insert_webhook(db::Connection& connection, const WebhookRow& webhook) {
  TRY(connection.execute(kInsertWebhook, {std::string_view(webhook.tenant), webhook.id, std::string_view(webhook.url),
                                          std::string_view(webhook.events), std::string_view(webhook.description),
                                          db::Bytes{webhook.sealed_secret}, webhook.created_by, webhook.created_at}));
  return done();
}

Result<std::optional<WebhookRow>> find_webhook(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return connection.one(kFindWebhook, {tenant, id}, read_webhook);
}

Result<std::vector<WebhookRow>> list_webhooks(db::Connection& connection, std::string_view tenant, const Uuid& after,
                                              std::int64_t limit) {
  return connection.list(kListWebhooks, {tenant, after, limit}, read_webhook);
}

Done delete_webhook(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  TRY(connection.execute(kDeleteWebhook, {tenant, id}));
  return done();
}

Done insert_delivery(db::Connection& connection, const DeliveryRow& delivery) {
  TRY(connection.execute(
      kInsertDelivery,
      {std::string_view(delivery.tenant), delivery.id, delivery.webhook, std::string_view(delivery.event),
       std::string_view(delivery.body), std::string_view(delivery.status), delivery.attempts,
       db::maybe(delivery.next_at), db::maybe(delivery.answer_status), db::maybe(delivery.error), delivery.created_at,
       db::maybe(delivery.tried_at)}));
  return done();
}

Result<std::vector<DeliveryRow>> list_deliveries(db::Connection& connection, std::string_view tenant,
                                                 const Uuid& webhook, const Uuid& before, std::int64_t limit) {
  return connection.list(kListDeliveries, {tenant, webhook, before, limit}, read_delivery);
}

Result<bool> has_due_delivery(db::Connection& connection, TimeMs now) {
  const auto found = TRY(connection.one(kHasDueDelivery, {now}, [](const db::Row&) { return true; }));
  return found.has_value();
}

Result<std::vector<DeliveryRow>> claim_deliveries(db::Connection& connection, TimeMs now, TimeMs until,
                                                  std::int64_t limit) {
  return connection.list(kClaimDeliveries, {now, until, limit}, read_delivery);
}

Done update_delivery(db::Connection& connection, const DeliveryRow& delivery) {
  TRY(connection.execute(
      kUpdateDelivery,
      {std::string_view(delivery.tenant), delivery.id, std::string_view(delivery.status), db::maybe(delivery.next_at),
       db::maybe(delivery.answer_status), db::maybe(delivery.error), db::maybe(delivery.tried_at), delivery.attempts}));
  return done();
}

Done delete_ended_deliveries(db::Connection& connection, TimeMs created_before) {
  TRY(connection.execute(kDeleteEnded, {created_before}));
  return done();
}

}  // namespace syncline::store
