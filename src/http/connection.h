#pragma once
// One client's connection: its requests in order, each read, handed to the worker pool, and answered. Everything here
// runs on the connection's loop, except run(). Only listener.cpp includes this.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/result.h"
#include "http/listener.h"
#include "http/message.h"
#include "http/worker_pool.h"

namespace syncline::http {

// The concrete executor spares the type-erased one's cost at each step.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Use = boost::asio::use_awaitable_t<Executor>;
template <typename T>
using Task = boost::asio::awaitable<T, Executor>;
using SteadyClock = std::chrono::steady_clock;

// What all connections of a listener share.
struct Service {
  const Limits limits;
  const Handler handler;
  const BodyPolicy policy;
  const ErrorResponder responder;
  WorkerPool& pool;
  std::atomic<bool> draining = false;  // No new requests.
  std::atomic<bool> cut_off = false;   // Not even the ones that wait for a worker.
};

// The bytes that have arrived and are not used yet.
class InputBuffer {
 public:
  std::string_view view() const { return {bytes_.data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void consume(std::size_t count);
  boost::asio::mutable_buffer space(std::size_t wanted);
  void commit(std::size_t count) { end_ += count; }
  void shrink();

 private:
  std::string bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// How far the search for the end of a head has come: every byte is looked at once, however slowly they arrive.
struct HeadScan {
  std::size_t line_start = 0;
  std::size_t scanned = 0;
  std::size_t request_line = 0;  // Its length, 0 until it is complete.
  std::size_t fields = 0;
  std::size_t end = 0;  // The head's length, 0 until it is complete.
};

class Connection final : public Job {
 public:
  Connection(Service& service, Socket socket);

  Task<void> serve();

  // For a connection over the limit: says so and ends.
  Task<void> turn_away();

  // Called on the loop, at any time while serve() or turn_away() runs.
  void cut_if_late(SteadyClock::time_point now);
  void drain();
  void abort();

 private:
  enum class Stage { handler, producer };
  enum class Sink { request, stream, nowhere };
  enum class Sent { all, blocked, broken };
  enum class Head { ready, refused, closed };
  enum class Ending { none, eof, timeout, interrupted };
  using Parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;
  using Waiter = boost::asio::async_result<Use, void()>::handler_type;

  // Takes the pieces of a chunked body out of the parser without a copy.
  struct ChunkSink {
    Connection* owner;
    std::size_t operator()(std::uint64_t, boost::beast::string_view, boost::beast::error_code&);
  };

  void run() noexcept override;
  Response call_handler();
  void call_producer();
  Response make_error(const Error& error) const;

  Task<bool> serve_one();
  void begin_request();
  Task<Head> read_head();
  std::optional<Error> parse_head();
  std::optional<Error> check_framing();
  void fill_request();
  std::optional<Error> plan_body();
  Task<bool> exchange_buffered();
  Task<bool> exchange_streamed();
  Task<bool> finish_streamed();

  Task<std::optional<Error>> pump_body();
  std::optional<Error> take_body();
  std::optional<Error> take_chunks();
  void deliver(std::string_view piece);
  SteadyClock::time_point body_deadline() const;
  Error body_cut_short() const;
  Task<void> send_continue();

  bool submit(Lane lane);
  void make_overloaded();
  Task<void> event();
  void wake();

  Task<bool> respond(bool reusable);
  Task<bool> refuse(Error error);
  void write_response_head(bool reusable);
  Task<bool> send_produced();
  Task<bool> send_feed();
  void look_at_feed();
  Task<void> produce_next();
  Task<bool> send_piece(const std::string& piece);
  Task<std::size_t> read_some(std::size_t wanted);
  bool read_waiting();
  Sent send_now();
  Task<bool> send();
  Task<void> linger();

  bool carries_body() const;
  bool has_length() const { return response_.producer ? response_.producer_length.has_value() : !response_.feed; }
  bool chunked_response() const { return !has_length() && http_1_1_; }
  SteadyClock::time_point in(int milliseconds) const;

  Service& service_;
  Socket socket_;
  InputBuffer input_;
  std::string remote_;
  bool first_ = true;
  bool aborted_ = false;
  bool linger_ = false;  // The client may still be sending: let it read the answer first.
  bool reset_ = false;   // The end of the connection would look like the end of the answer: reset it instead.
  bool idle_ = false;
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
  Ending ending_ = Ending::none;

  // The request that is being served.
  HeadScan scan_;
  std::optional<Parser> parser_;
  ChunkSink chunk_sink_{this};
  Request request_;
  BodyPlan plan_;
  Sink sink_ = Sink::request;
  bool http_1_1_ = true;
  bool chunked_ = false;
  bool body_done_ = true;
  bool keep_alive_ = false;
  bool continue_owed_ = false;   // The client waits for 100 (Continue).
  std::uint64_t body_left_ = 0;  // Of a body whose length was given.
  std::uint64_t body_received_ = 0;
  SteadyClock::duration body_waited_{};
  std::optional<BodyStream> stream_;
  std::optional<Error> refusal_;  // Why read_head() refused.

  // The worker's side. worker_done_ is the loop's: the worker sets it by posting.
  Stage stage_ = Stage::handler;
  bool worker_done_ = true;
  bool pumping_ = false;
  std::optional<Waiter> waiter_;
  Response response_;
  std::optional<Result<std::string>> produced_;
  std::shared_ptr<Feed> feed_;  // while its text is sent
  SteadyClock::time_point heartbeat_at_ = SteadyClock::time_point::max();

  // What is to be written.
  std::string response_head_;
  std::array<boost::asio::const_buffer, 3> output_;
};

}  // namespace syncline::http
