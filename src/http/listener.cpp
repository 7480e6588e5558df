#include "http/listener.h"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/connection.h"

// g++ 12 takes the pair of operators that Asio gives coroutine frames for a mismatched one when it inlines them.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace syncline::http {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int kAcceptPauseMs = 100;
constexpr std::size_t kTurnedAway = 256;  // Beyond the limit and these, connections are closed without a word.

// Deadlines are kept by looking at all connections this often: cheaper than a timer for each read.
milliseconds sweep_interval(const Limits& limits) {
  const int shortest = std::min({limits.header_timeout_ms, limits.idle_timeout_ms, limits.body_grace_ms,
                                 limits.write_timeout_ms, limits.event_heartbeat_ms});
  return milliseconds(std::clamp(shortest / 8, 10, 250));
}

unsigned cores() { return std::max(1U, std::thread::hardware_concurrency()); }

// How many coroutines are alive, for stop() to wait on.
class Tally {
 public:
  std::size_t enter() {
    const std::lock_guard lock(mutex_);
    return ++count_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    none_.wait(lock, [this] { return count_ == 0; });
  }
  bool wait_for(milliseconds limit) {
    std::unique_lock lock(mutex_);
    return none_.wait_for(lock, limit, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

// One thread with its own event loop and its own listening socket on the shared port.
class Loop {
 public:
  Loop(Service& service, Tally& connections, Tally& acceptors)
      : service_(service), connections_(connections), acceptors_(acceptors) {}

  Result<std::uint16_t> listen(const asio::ip::tcp::endpoint& endpoint);
  void start();
  void stop_accepting();
  void drain();
  void abort();
  void finish();

 private:
  // Keeps a connection in the set for as long as its coroutine lives.
  struct Registration {
    Loop& loop;
    Connection* connection;
    Registration(Loop& in, Connection* one) : loop(in), connection(one) { loop.live_.insert(connection); }
    ~Registration() {
      loop.live_.erase(connection);
      loop.connections_.leave();
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
  };

  Task<void> accept_all();
  Task<void> serve(Socket socket, bool welcome);
  Task<void> sweep();

  Service& service_;
  Tally& connections_;
  Tally& acceptors_;
  std::unordered_set<Connection*> live_;
  bool finished_ = false;
  asio::io_context context_{1};
  Acceptor acceptor_{context_.get_executor()};
  Timer timer_{context_.get_executor()};
  std::thread thread_;
};

Result<std::uint16_t> Loop::listen(const asio::ip::tcp::endpoint& endpoint) {
  try {
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(Acceptor::reuse_address(true));
    acceptor_.set_option(ReusePort(true));
    acceptor_.bind(endpoint);
    acceptor_.listen(Acceptor::max_listen_connections);
    return acceptor_.local_endpoint().port();
  } catch (const boost::system::system_error& problem) {
    return fail(ErrorKind::unavailable, "listen_failed", "The address cannot be listened on.", problem.what());
  }
}

void Loop::start() {
  acceptors_.enter();
  asio::co_spawn(context_.get_executor(), accept_all(), asio::detached);
  asio::co_spawn(context_.get_executor(), sweep(), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

void Loop::stop_accepting() {
  asio::post(context_, [this] {
    error_code ignored;
    acceptor_.close(ignored);
  });
}

void Loop::drain() {
  asio::post(context_, [this] {
    for (Connection* connection : live_) connection->drain();
  });
}

void Loop::abort() {
  asio::post(context_, [this] {
    for (Connection* connection : live_) connection->abort();
  });
}

// For a loop without connections.
void Loop::finish() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    finished_ = true;
    timer_.cancel();
  });
  thread_.join();
}

Task<void> Loop::accept_all() {
  while (!service_.draining) {
    error_code error;
    Socket socket = co_await acceptor_.async_accept(asio::redirect_error(Use{}, error));
    if (!error) {
      const std::size_t open = connections_.enter();
      if (open > service_.limits.connections + kTurnedAway) {
        connections_.leave();
        continue;
      }
      const bool welcome = open <= service_.limits.connections;
      asio::co_spawn(context_.get_executor(), serve(std::move(socket), welcome), asio::detached);
    } else if (acceptor_.is_open()) {
      // Out of descriptors, most likely: trying again at once would only burn the core.
      Timer pause(context_.get_executor(), milliseconds(kAcceptPauseMs));
      co_await pause.async_wait(asio::redirect_error(Use{}, error));
    }
  }
  error_code ignored;
  acceptor_.close(ignored);
  acceptors_.leave();
}

Task<void> Loop::serve(Socket socket, bool welcome) {
  Connection connection(service_, std::move(socket));
  const Registration registration(*this, &connection);
  if (welcome) {
    co_await connection.serve();
  } else {
    co_await connection.turn_away();
  }
}

Task<void> Loop::sweep() {
  const milliseconds interval = sweep_interval(service_.limits);
  while (!finished_) {
    timer_.expires_after(interval);
    error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(Use{}, ignored));
    const auto now = SteadyClock::now();
    for (Connection* connection : live_) connection->cut_if_late(now);
  }
}

Result<asio::ip::tcp::endpoint> resolve(const std::string& host, std::uint16_t port) {
  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  error_code error;
  using Resolve = asio::ip::resolver_base;
  const auto found = resolver.resolve(host, std::to_string(port), Resolve::passive | Resolve::numeric_service, error);
  if (error || found.empty()) {
    return fail(ErrorKind::invalid, "bad_listen_address", "The address to listen on is not known.",
                host + ": " + error.message());
  }
  return found.begin()->endpoint();
}

}  // namespace

class Listener::Engine {
 public:
  Engine(Limits limits, Handler handler, BodyPolicy policy, ErrorResponder responder)
      : pool_(limits.workers != 0 ? limits.workers : std::max(4U, 2 * cores()), limits.queue),
        service_{limits, std::move(handler), std::move(policy), std::move(responder), pool_} {}
  ~Engine() { stop(); }

  Result<Unit> start(const std::string& host, std::uint16_t port) {
    asio::ip::tcp::endpoint endpoint = TRY(resolve(host, port));
    const unsigned count = service_.limits.loops != 0 ? service_.limits.loops : cores();
    for (unsigned i = 0; i < count; ++i) {
      loops_.push_back(std::make_unique<Loop>(service_, connections_, acceptors_));
      port_ = TRY(loops_.back()->listen(endpoint));
      endpoint.port(port_);
    }
    for (const auto& loop : loops_) loop->start();
    return done();
  }

  void stop() {
    const std::lock_guard lock(stopping_);
    if (std::exchange(stopped_, true)) return;
    service_.draining = true;
    // All doors first: who sees one connection close must not find another loop's door open.
    for (const auto& loop : loops_) loop->stop_accepting();
    acceptors_.wait();
    for (const auto& loop : loops_) loop->drain();
    if (!connections_.wait_for(milliseconds(service_.limits.drain_ms))) {
      service_.cut_off = true;
      for (const auto& loop : loops_) loop->abort();
      connections_.wait();
    }
    pool_.stop();  // A worker may still be on its way out of its post to a loop.
    for (const auto& loop : loops_) loop->finish();
  }

  std::uint16_t port() const { return port_; }

 private:
  std::mutex stopping_;
  bool stopped_ = false;
  std::uint16_t port_ = 0;
  Tally connections_;
  Tally acceptors_;
  WorkerPool pool_;
  Service service_;
  std::vector<std::unique_ptr<Loop>> loops_;
};

Result<std::unique_ptr<Listener>> Listener::start(const std::string& host, std::uint16_t port, Limits limits,
                                                  Handler handler, BodyPolicy policy, ErrorResponder responder) {
  auto engine = std::make_unique<Engine>(limits, std::move(handler), std::move(policy), std::move(responder));
  TRY(engine->start(host, port));
  return std::unique_ptr<Listener>(new Listener(std::move(engine)));
}

Listener::Listener(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Listener::~Listener() = default;

std::uint16_t Listener::port() const { return engine_->port(); }
void Listener::stop() { engine_->stop(); }

}  // namespace syncline::http
