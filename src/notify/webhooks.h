#pragma once
// Webhooks of a tenant: where it wants to be told, and what was sent. Admins and owners only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/services.h"
#include "model/principal.h"
#include "notify/address_policy.h"
#include "secrets/secret_string.h"
#include "store/webhooks.h"

namespace syncline::notify {

inline constexpr std::string_view kEvents[] = {"run.finished", "run.failed", "approval.wanted"};

struct NewWebhook {
  std::string url;
  std::vector<std::string> events;  // of kEvents
  std::string description;
};
struct MadeWebhook {
  store::WebhookRow row;
  secrets::SecretString secret;  // shown this once
};
// Errors: invalid `url_not_allowed` | `too_many_webhooks`.
Result<MadeWebhook> create_webhook(const Services& services, const Principal& who, const NewWebhook& wanted);
Result<std::vector<store::WebhookRow>> list_webhooks(const Services& services, const Principal& who, const Uuid& after,
                                                     std::int64_t limit);
// Error of these: not_found `not_found`.
Done delete_webhook(const Services& services, const Principal& who, const Uuid& id);
Result<std::vector<store::DeliveryRow>> list_deliveries(const Services& services, const Principal& who, const Uuid& id,
                                                        const std::optional<Uuid>& before, std::int64_t limit);
// A delivery of the event `test`, to see whether it arrives.
Result<store::DeliveryRow> send_test(const Services& services, const Principal& who, const Uuid& id);

// Tells those webhooks of the tenant that asked for the event, once the transaction is committed. `data`: JSON.
Done enqueue(db::Connection& connection, std::string_view tenant, std::string_view event, std::string_view data,
             TimeMs now);

// The place a webhook's secret is sealed for.
Result<secrets::SecretString> open_secret(db::Connection& connection, const Services& services,
                                          const store::WebhookRow& webhook);

}  // namespace syncline::notify
