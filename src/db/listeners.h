#pragma once
// Who listens in this process. For the notifiers only.

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "db/notifier.h"

namespace syncline::db {

class Listeners : public std::enable_shared_from_this<Listeners> {
 public:
  std::shared_ptr<void> add(Notifier::Listener listener);
  void tell(std::string_view topic, std::string_view message);

 private:
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::map<std::size_t, Notifier::Listener> listeners_;
};

}  // namespace syncline::db
