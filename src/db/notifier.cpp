#include "db/notifier.h"

#include "db/listeners.h"

namespace syncline::db {
namespace {

class LocalNotifier : public Notifier {
 public:
  void publish(std::string_view topic, std::string_view message) override { listeners_->tell(topic, message); }
  std::shared_ptr<void> subscribe(Listener listener) override { return listeners_->add(std::move(listener)); }

 private:
  std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
};

}  // namespace

std::shared_ptr<void> Listeners::add(Notifier::Listener listener) {
  const std::lock_guard lock(mutex_);
  const std::size_t number = next_++;
  listeners_.emplace(number, std::move(listener));
  // Whoever is being told just now is waited for: the subscriber may go away right after.
  return {nullptr, [self = shared_from_this(), number](void*) {
            const std::lock_guard removing(self->mutex_);
            self->listeners_.erase(number);
          }};
}

void Listeners::tell(std::string_view topic, std::string_view message) {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, listener] : listeners_) listener(topic, message);
}

std::unique_ptr<Notifier> make_notifier() { return std::make_unique<LocalNotifier>(); }

}  // namespace syncline::db
