#pragma once
// Sends what waits for the webhooks. Several servers do this together: each takes deliveries for a while, and those of
// one that died are taken by another, so that each is sent at least once.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "access/services.h"
#include "store/webhooks.h"

namespace syncline::notify {

struct SenderSettings {
  TimeMs retry_ms = 5'000;  // before the second attempt; three times as long before each after it
};

class Sender {
 public:
  Sender(const Services& services, const SenderSettings& settings);
  ~Sender();
  void stop();

  // One round: sends what is due. False when there was nothing.
  Result<bool> send_due();

 private:
  void work();
  void send(store::DeliveryRow& delivery) const;
  Done attempt(store::DeliveryRow& delivery) const;
  Done tidy();

  const Services& services_;
  const SenderSettings settings_;
  TimeMs tidied_at_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace syncline::notify
