#include "notify/webhooks.h"

#include <algorithm>
#include <utility>

#include "access/tenant_keys.h"
#include "audit/record.h"
#include "base/bytes.h"
#include "base/json.h"
#include "secrets/seal.h"

namespace syncline::notify {
namespace {

constexpr std::int64_t kMostWebhooks = 20;  // of a tenant
constexpr std::size_t kSecretBytes = 32;

Fail no_such() { return fail(ErrorKind::not_found, "not_found", "There is no such webhook."); }

secrets::SealContext place_of(const store::WebhookRow& webhook, const std::string& id) {
  return {.tenant = webhook.tenant, .kind = "webhook", .id = id, .field = "secret"};
}

bool wants(const store::WebhookRow& webhook, std::string_view event) {
  std::string_view rest = webhook.events;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (rest.substr(0, end) == event) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

store::DeliveryRow delivery_of(const store::WebhookRow& webhook, std::string_view event, std::string_view data,
                               TimeMs now) {
  const Uuid id = make_uuid7(now);
  return {.tenant = webhook.tenant,
          .id = id,
          .webhook = webhook.id,
          .event = std::string(event),
          .body = json::write(json::Object{{"id", id.text()},
                                           {"event", event},
                                           {"tenant", webhook.tenant},
                                           {"createdAt", format_time(now)},
                                           {"data", json::Raw{std::string(data)}}}),
          .next_at = now,
          .created_at = now};
}

Result<store::WebhookRow> need_webhook(db::Connection& connection, const Principal& who, const Uuid& id) {
  auto found = TRY(store::find_webhook(connection, who.tenant, id));
  if (!found) return no_such();
  return std::move(*found);
}

}  // namespace

Result<MadeWebhook> create_webhook(const Services& services, const Principal& who, const NewWebhook& wanted) {
  TRY(check_url(wanted.url, {.allow_private = services.allow_private_webhooks}));
  const TimeMs now = services.clock();
  MadeWebhook made{.row = {.tenant = who.tenant,
                           .id = make_uuid7(now),
                           .url = wanted.url,
                           .events = {},
                           .description = wanted.description,
                           .sealed_secret = {},
                           .created_by = who.person,
                           .created_at = now},
                   .secret = secrets::SecretString("whsec_" + to_base64url(random_bytes(kSecretBytes)))};
  for (const std::string& event : wanted.events)
    made.row.events.append(made.row.events.empty() ? "" : ",").append(event);

  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const auto there = TRY(store::list_webhooks(connection, who.tenant, {}, kMostWebhooks));
  if (there.size() == static_cast<std::size_t>(kMostWebhooks)) {
    return fail(ErrorKind::invalid, "too_many_webhooks", "A tenant has at most 20 webhooks.");
  }
  const secrets::TenantKey key = TRY(access::load_tenant_key(connection, services.master_key, who.tenant));
  made.row.sealed_secret = secrets::seal(key, place_of(made.row, made.row.id.text()), made.secret.reveal());
  TRY(store::insert_webhook(connection, made.row));
  TRY(audit::record(connection, who, now,
                    {.action = "webhook.create",
                     .subject = {"webhook", made.row.id.text(), made.row.description},
                     .details = {{"url", made.row.url}, {"events", made.row.events}}}));
  TRY(transaction->commit());
  return made;
}

Result<std::vector<store::WebhookRow>> list_webhooks(const Services& services, const Principal& who, const Uuid& after,
                                                     std::int64_t limit) {
  const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  return store::list_webhooks(transaction->connection(), who.tenant, after, limit);
}

Done delete_webhook(const Services& services, const Principal& who, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const store::WebhookRow webhook = TRY(need_webhook(connection, who, id));
  TRY(store::delete_webhook(connection, who.tenant, id));
  TRY(audit::record(connection, who, services.clock(),
                    {.action = "webhook.delete",
                     .subject = {"webhook", id.text(), webhook.description},
                     .details = {{"url", webhook.url}}}));
  return transaction->commit();
}

Result<std::vector<store::DeliveryRow>> list_deliveries(const Services& services, const Principal& who, const Uuid& id,
                                                        const std::optional<Uuid>& before, std::int64_t limit) {
  const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  TRY(need_webhook(transaction->connection(), who, id));
  Uuid newest;
  newest.bytes.fill(0xff);
  return store::list_deliveries(transaction->connection(), who.tenant, id, before.value_or(newest), limit);
}

Result<store::DeliveryRow> send_test(const Services& services, const Principal& who, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  const store::WebhookRow webhook = TRY(need_webhook(transaction->connection(), who, id));
  const std::string data = json::write(json::Object{{"askedBy", who.email}});
  store::DeliveryRow delivery = delivery_of(webhook, "test", data, services.clock());
  TRY(store::insert_delivery(transaction->connection(), delivery));
  TRY(audit::record(transaction->connection(), who, delivery.created_at,
                    {.action = "webhook.test", .subject = {"webhook", id.text(), webhook.description}}));
  TRY(transaction->commit());
  return delivery;
}

Done enqueue(db::Connection& connection, std::string_view tenant, std::string_view event, std::string_view data,
             TimeMs now) {
  const auto webhooks = TRY(store::list_webhooks(connection, tenant, {}, kMostWebhooks));
  for (const store::WebhookRow& webhook : webhooks) {
    if (wants(webhook, event)) TRY(store::insert_delivery(connection, delivery_of(webhook, event, data, now)));
  }
  return done();
}

Result<secrets::SecretString> open_secret(db::Connection& connection, const Services& services,
                                          const store::WebhookRow& webhook) {
  const secrets::TenantKey key = TRY(access::load_tenant_key(connection, services.master_key, webhook.tenant));
  return secrets::open(key, place_of(webhook, webhook.id.text()), webhook.sealed_secret);
}

}  // namespace syncline::notify
