#include "http/worker_pool.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace syncline::http {

namespace {

constexpr std::size_t kReadAhead = 256 * 1024;

// A quarter of the workers, at least one, is kept for requests that do not wait for their client.
unsigned streaming_share(unsigned workers) {
  const unsigned reserved = std::max(1U, workers / 4);
  return workers > reserved ? workers - reserved : 1;
}

}  // namespace

WorkerPool::WorkerPool(unsigned workers, std::size_t queue) : queue_(queue), most_streaming_(streaming_share(workers)) {
  threads_.reserve(workers);
  for (unsigned i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::submit(Job& job, Lane lane) {
  {
    const std::lock_guard lock(mutex_);
    auto& waiting = lane == Lane::quick ? quick_ : streaming_;
    if (waiting.size() >= queue_) return false;
    waiting.push_back(&job);
  }
  ready_.notify_one();
  return true;
}

void WorkerPool::resume(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    quick_.push_back(&job);
  }
  ready_.notify_one();
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool WorkerPool::runnable() const {
  return !quick_.empty() || (!streaming_.empty() && streaming_now_ < most_streaming_);
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ready_.wait(lock, [this] { return stopping_ || runnable(); });
    if (!runnable()) return;

    const bool streams = quick_.empty();
    auto& waiting = streams ? streaming_ : quick_;
    Job* const job = waiting.front();
    waiting.pop_front();
    if (streams) ++streaming_now_;

    lock.unlock();
    job->run();
    lock.lock();

    if (streams) {
      --streaming_now_;
      // This thread may take a quick job next: another must look at the place that came free.
      if (!streaming_.empty()) ready_.notify_one();
    }
  }
}

BodyStream::BodyStream(std::optional<std::uint64_t> length, std::function<void()> wake_loop)
    : length_(length), wake_loop_(std::move(wake_loop)) {}

Result<std::size_t> BodyStream::read(char* buffer, std::size_t capacity) {
  if (position_ == outgoing_.size()) {
    if (std::optional<Error> error = refill()) return Fail{std::move(*error)};
  }
  const std::size_t taken = std::min(capacity, outgoing_.size() - position_);
  std::memcpy(buffer, outgoing_.data() + position_, taken);
  position_ += taken;
  return taken;
}

// Exchanges the two buffers, so that the lock is held for a moment and never while bytes are copied out.
std::optional<Error> BodyStream::refill() {
  outgoing_.clear();
  position_ = 0;

  std::unique_lock lock(mutex_);
  wanted_ = true;
  for (;;) {
    const bool nothing = incoming_.empty() && !ended_;
    if (!nothing) outgoing_.swap(incoming_);
    if (std::exchange(loop_waits_, false)) wake_loop_();
    if (!nothing) break;
    arrived_.wait(lock);
  }
  return outgoing_.empty() ? error_ : std::nullopt;
}

void BodyStream::push(std::string_view piece) {
  {
    const std::lock_guard lock(mutex_);
    incoming_.append(piece);
  }
  arrived_.notify_one();
}

void BodyStream::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  arrived_.notify_one();
}

void BodyStream::fail(Error error) {
  {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
    ended_ = true;
  }
  arrived_.notify_one();
}

bool BodyStream::must_wait_for_space() {
  const std::lock_guard lock(mutex_);
  loop_waits_ = incoming_.size() >= kReadAhead;
  return loop_waits_;
}

bool BodyStream::must_wait_for_reader() {
  const std::lock_guard lock(mutex_);
  loop_waits_ = !wanted_;
  return loop_waits_;
}

}  // namespace syncline::http
