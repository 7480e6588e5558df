#include "notify/sender.h"

#include <chrono>
#include <utility>
#include <vector>

#include "notify/http_post.h"
#include "notify/webhooks.h"
#include "secrets/signature.h"

namespace syncline::notify {
namespace {

constexpr std::chrono::seconds kRound{1};
constexpr std::int64_t kAtOnce = 8;        // deliveries under way, a thread each
constexpr std::int64_t kMostAttempts = 8;  // over about an hour and a half
constexpr TimeMs kClaimMs = 20'000;        // longer than an attempt takes
constexpr TimeMs kKeptMs = 30LL * 24 * 3'600'000;
constexpr TimeMs kBetweenTidyingMs = 3'600'000;
constexpr TimeMs kSecondMs = 1000;

}  // namespace

Sender::Sender(const Services& services, const SenderSettings& settings)
    : services_(services), settings_(settings), tidied_at_(services.clock()), thread_([this] { work(); }) {}

Sender::~Sender() { stop(); }

void Sender::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sender::work() {
  for (;;) {
    const auto sent = send_due();
    const bool more = sent.ok() && sent.value();
    (void)tidy().ok();
    std::unique_lock lock(mutex_);
    if (more ? stopping_ : changed_.wait_for(lock, kRound, [this] { return stopping_; })) return;
  }
}

Result<bool> Sender::send_due() {
  const TimeMs now = services_.clock();
  {
    const auto transaction = TRY(services_.database.begin_read(db::deployment()));
    if (!TRY(store::has_due_delivery(transaction->connection(), now))) return false;
  }
  std::vector<store::DeliveryRow> claimed;
  {
    const auto transaction = TRY(services_.database.begin_write(db::deployment()));
    claimed = TRY(store::claim_deliveries(transaction->connection(), now, now + kClaimMs, kAtOnce));
    TRY(transaction->commit());
  }
  std::vector<std::thread> threads;
  for (store::DeliveryRow& delivery : claimed) threads.emplace_back([this, &delivery] { send(delivery); });
  for (std::thread& thread : threads) thread.join();
  return !claimed.empty();
}

void Sender::send(store::DeliveryRow& delivery) const {
  const Done attempted = attempt(delivery);
  delivery.tried_at = services_.clock();
  delivery.next_at.reset();
  delivery.status = "delivered";
  if (!attempted.ok()) {
    delivery.error = attempted.error().message;
    delivery.status = delivery.attempts < kMostAttempts ? "waiting" : "failed";
    TimeMs pause = settings_.retry_ms;
    for (std::int64_t n = 1; n < delivery.attempts; ++n) pause *= 3;
    if (delivery.status == "waiting") delivery.next_at = *delivery.tried_at + pause;
  }
  const auto written = [&]() -> Done {
    const auto transaction = TRY(services_.database.begin_write(db::writing_beside(delivery.tenant)));
    TRY(store::update_delivery(transaction->connection(), delivery));
    return transaction->commit();
  };
  (void)written().ok();  // Else the claim runs out, and it is sent again.
}

Done Sender::attempt(store::DeliveryRow& delivery) const {
  delivery.answer_status.reset();
  delivery.error.reset();
  std::string url;
  secrets::SecretString secret;
  {
    const auto transaction = TRY(services_.database.begin_read(db::reading(delivery.tenant)));
    const auto webhook = TRY(store::find_webhook(transaction->connection(), delivery.tenant, delivery.webhook));
    if (!webhook) return fail(ErrorKind::not_found, "not_found", "There is no such webhook.");
    url = webhook->url;
    secret = TRY(open_secret(transaction->connection(), services_, *webhook));
  }
  const std::string time = std::to_string(services_.clock() / kSecondMs);
  const std::vector<std::string> headers = {
      "Content-Type: application/json",
      "User-Agent: syncline",
      "Expect:",
      "Syncline-Event: " + delivery.event,
      "Syncline-Delivery: " + delivery.id.text(),
      "Syncline-Signature: t=" + time + ",v1=" + secrets::hmac_sha256(secret, time + "." + delivery.body)};
  const long status = TRY(post(url, headers, delivery.body, {.allow_private = services_.allow_private_webhooks}));
  delivery.answer_status = status;
  if (status >= 200 && status < 300) return done();
  return fail(ErrorKind::unavailable, "not_delivered", "The answer was " + std::to_string(status) + ".");
}

// What was sent long ago is nobody's log any more.
Done Sender::tidy() {
  const TimeMs now = services_.clock();
  if (now - tidied_at_ < kBetweenTidyingMs) return done();
  tidied_at_ = now;
  const auto transaction = TRY(services_.database.begin_write(db::deployment()));
  TRY(store::delete_ended_deliveries(transaction->connection(), now - kKeptMs));
  return transaction->commit();
}

}  // namespace syncline::notify
