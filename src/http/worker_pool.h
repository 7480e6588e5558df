#pragma once
// What crosses between the loops and the worker threads: jobs one way, and the bytes of a streamed body.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace syncline::http {

// Owned by whoever submits it. The pool does not touch it after run() has begun to return.
class Job {
 public:
  virtual void run() noexcept = 0;

 protected:
  ~Job() = default;
};

// Streaming jobs wait for their clients, so they never get all the workers: slow uploads must not starve the rest.
enum class Lane { quick, streaming };

class WorkerPool {
 public:
  WorkerPool(unsigned workers, std::size_t queue);
  ~WorkerPool();

  // False when the lane's queue is full.
  bool submit(Job& job, Lane lane);

  // A later step of a job that was admitted once: never refused.
  void resume(Job& job);

  // Runs what is queued, then joins the threads.
  void stop();

 private:
  void work();
  bool runnable() const;

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job*> quick_;
  std::deque<Job*> streaming_;
  const std::size_t queue_;
  const unsigned most_streaming_;
  unsigned streaming_now_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// A body on its way from a loop to the handler that reads it, with a bounded read-ahead.
class BodyStream final : public BodyReader {
 public:
  // `wake_loop` is called from the worker when a loop that was told to wait may look again.
  BodyStream(std::optional<std::uint64_t> length, std::function<void()> wake_loop);

  Result<std::size_t> read(char* buffer, std::size_t capacity) override;
  std::optional<std::uint64_t> content_length() const override { return length_; }

  // For the loop. After finish or fail nothing more may be pushed.
  void push(std::string_view piece);
  void finish();
  void fail(Error error);

  // For the loop: true when it must wait until woken, because enough is waiting or nobody has asked yet.
  bool must_wait_for_space();
  bool must_wait_for_reader();

 private:
  std::optional<Error> refill();

  const std::optional<std::uint64_t> length_;
  const std::function<void()> wake_loop_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::string incoming_;
  bool ended_ = false;
  bool loop_waits_ = false;
  bool wanted_ = false;
  std::optional<Error> error_;

  std::string outgoing_;  // Only the reader's, as is position_.
  std::size_t position_ = 0;
};

}  // namespace syncline::http
