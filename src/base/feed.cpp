#include "base/feed.h"

#include <utility>

namespace syncline {

bool Feed::push(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (left_ || ended_) return false;
  const bool was_empty = waiting_.empty();
  if (waiting_.size() + text.size() > most_) cut_ = ended_ = true;
  if (!cut_) waiting_.append(text);
  if ((was_empty || cut_) && wake_) wake_();
  return !cut_;
}

void Feed::end() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(ended_, true)) return;
  if (wake_) wake_();
}

void Feed::listen(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

Feed::Taken Feed::take() {
  const std::lock_guard lock(mutex_);
  return {.text = std::exchange(waiting_, {}), .ended = ended_, .cut = cut_};
}

void Feed::leave() {
  const std::lock_guard lock(mutex_);
  left_ = true;
  wake_ = {};
}

bool Feed::has_reader() {
  const std::lock_guard lock(mutex_);
  return !left_;
}

}  // namespace syncline
