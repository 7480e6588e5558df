#pragma once
// A text that some threads write while one reader sends it on, for answers that have no end yet. Bounded: a reader that
// does not keep up is cut off, and nobody waits for it.

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace syncline {

class Feed {
 public:
  explicit Feed(std::size_t most) : most_(most) {}

  // For writers. False when there is no reader any more, or it was too slow.
  bool push(std::string_view text);
  void end();

  // For the reader. `wake` is called by writers, when there was nothing to take before.
  void listen(std::function<void()> wake);
  struct Taken {
    std::string text;
    bool ended = false;  // nothing comes after this
    bool cut = false;    // too much was waiting: what is here is not all
  };
  Taken take();
  void leave();  // After it `wake` is not called again.
  bool has_reader();

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::string waiting_;
  std::function<void()> wake_;
  bool ended_ = false;
  bool cut_ = false;
  bool left_ = false;
};

}  // namespace syncline
