#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include <libpq-fe.h>

#include "base/bytes.h"
#include "db/listeners.h"

namespace syncline::db {
namespace {

constexpr int kFirstPauseMs = 100;
constexpr int kLongestPauseMs = 5'000;
constexpr int kLookMs = 1'000;              // a connection that died silently is found by what is sent next
constexpr std::size_t kMostWaiting = 4096;  // messages, while there is no connection; the oldest go first

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;
struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Handle = std::unique_ptr<PGconn, Finish>;

class PostgresNotifier : public Notifier {
 public:
  explicit PostgresNotifier(std::string address)
      : address_(std::move(address)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), thread_([this] { work(); }) {
    ensure(wake_ >= 0, "A descriptor for waking can be made.");
  }
  ~PostgresNotifier() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake();
    thread_.join();
    ::close(wake_);
  }

  void publish(std::string_view topic, std::string_view message) override {
    ensure(message.size() <= kMostMessage, "A message is short.");
    listeners_->tell(topic, message);
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() == kMostWaiting) waiting_.pop_front();
      waiting_.push_back(self_ + " " + std::string(topic) + " " + std::string(message));
    }
    wake();
  }
  std::shared_ptr<void> subscribe(Listener listener) override { return listeners_->add(std::move(listener)); }

 private:
  void work();
  bool listen();
  bool serve();
  bool send_waiting();
  void take_arrived();
  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }
  void wake() const {
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof one);
  }
  // Until woken, or something arrives at `socket` (-1: none).
  void wait(int socket, int most_ms) const {
    std::array<pollfd, 2> places{pollfd{.fd = wake_, .events = POLLIN, .revents = 0},
                                 pollfd{.fd = socket, .events = POLLIN, .revents = 0}};
    ::poll(places.data(), socket < 0 ? 1 : 2, most_ms);
    std::uint64_t count = 0;
    (void)!::read(wake_, &count, sizeof count);
  }

  const std::string address_;
  const std::string self_ = to_hex(random_bytes(8));  // to know what comes back
  const std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
  std::mutex mutex_;
  std::deque<std::string> waiting_;
  bool stopping_ = false;
  Handle connection_;  // the thread's
  std::string channel_;
  const int wake_;
  std::thread thread_;
};

void PostgresNotifier::work() {
  int pause_ms = kFirstPauseMs;
  while (!stopping()) {
    if (listen()) {
      pause_ms = kFirstPauseMs;
      while (!stopping() && serve()) {
      }
    }
    connection_.reset();
    if (stopping()) return;
    wait(-1, pause_ms);
    pause_ms = std::min(2 * pause_ms, kLongestPauseMs);
  }
}

// The channel is the schema's: tests have many in one database.
bool PostgresNotifier::listen() {
  connection_.reset(PQconnectdb(address_.c_str()));
  if (PQstatus(connection_.get()) != CONNECTION_OK) return false;
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  const Answer schema(PQexec(connection_.get(), "SELECT current_schema()"));
  if (PQresultStatus(schema.get()) != PGRES_TUPLES_OK || PQntuples(schema.get()) != 1) return false;
  channel_ = "syncline_" + to_hex(sha256(PQgetvalue(schema.get(), 0, 0))).substr(0, 32);
  const Answer listening(PQexec(connection_.get(), ("LISTEN " + channel_).c_str()));
  return PQresultStatus(listening.get()) == PGRES_COMMAND_OK;
}

// One round of sending and taking; false when the connection is gone.
bool PostgresNotifier::serve() {
  if (!send_waiting()) return false;
  take_arrived();
  wait(PQsocket(connection_.get()), kLookMs);
  if (PQconsumeInput(connection_.get()) == 0) return false;
  take_arrived();
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

bool PostgresNotifier::send_waiting() {
  for (;;) {
    std::string message;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return true;
      message = waiting_.front();
    }
    const std::array<const char*, 2> values{channel_.c_str(), message.c_str()};
    const Answer sent(
        PQexecParams(connection_.get(), "SELECT pg_notify($1, $2)", 2, nullptr, values.data(), nullptr, nullptr, 0));
    if (PQresultStatus(sent.get()) != PGRES_TUPLES_OK) return false;
    const std::lock_guard lock(mutex_);
    // It may have been dropped for newer ones meanwhile.
    if (!waiting_.empty() && waiting_.front() == message) waiting_.pop_front();
  }
}

void PostgresNotifier::take_arrived() {
  while (PGnotify* arrived = PQnotifies(connection_.get())) {
    const std::string_view text = arrived->extra;
    const std::size_t first = text.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : text.find(' ', first + 1);
    if (second != std::string_view::npos && text.substr(0, first) != self_) {
      listeners_->tell(text.substr(first + 1, second - first - 1), text.substr(second + 1));
    }
    PQfreemem(arrived);
  }
}

}  // namespace

std::unique_ptr<Notifier> make_postgres_notifier(const std::string& address) {
  return std::make_unique<PostgresNotifier>(address);
}

}  // namespace syncline::db
