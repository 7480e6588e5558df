#pragma once
// Short words between the servers of one database: what happens now, for whoever is awake. A message may be lost, when
// a connection is; nothing may depend on one that could not also be read from the tables.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace syncline::db {

// Thread-safe.
class Notifier {
 public:
  virtual ~Notifier() = default;

  // Called on any thread, at most 7,000 bytes a message. It must not wait, nor publish.
  using Listener = std::function<void(std::string_view topic, std::string_view message)>;
  // The listeners of this process get it before this returns, those of others soon after.
  virtual void publish(std::string_view topic, std::string_view message) = 0;
  // For as long as what this returns lives.
  virtual std::shared_ptr<void> subscribe(Listener listener) = 0;
};

inline constexpr std::size_t kMostMessage = 7000;  // bytes; PostgreSQL takes less than 8,000

// Within this process.
std::unique_ptr<Notifier> make_notifier();
// Between all that use the schema of this address, by LISTEN and NOTIFY on a connection of its own, which is made again
// when it is lost. Does not wait for the first one.
std::unique_ptr<Notifier> make_postgres_notifier(const std::string& address);

}  // namespace syncline::db
