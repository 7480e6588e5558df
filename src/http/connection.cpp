#include "http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <ctime>
#include <exception>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>

// g++ 12 takes the pair of operators that Asio gives coroutine frames for a mismatched one when it inlines them.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace syncline::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kHeadRead = 4 * 1024;
constexpr std::size_t kBodyRead = 64 * 1024;
constexpr std::size_t kMostChunkHead = 16 * 1024;
constexpr std::size_t kMostDiscarded = 256 * 1024;
constexpr std::size_t kMostLingered = 64 * 1024;
constexpr int kLingerMs = 1000;
constexpr std::size_t kRequestLineExtra = 64;  // The method, two spaces and the version, generously.

Error malformed(std::string message) {
  return {.kind = ErrorKind::malformed, .code = "malformed_request", .message = std::move(message)};
}

Error too_large(std::string code, std::string message) {
  return {.kind = ErrorKind::too_large, .code = std::move(code), .message = std::move(message)};
}

Error internal(std::string context) {
  return {.kind = ErrorKind::internal,
          .code = "internal",
          .message = "The request could not be served.",
          .context = std::move(context)};
}

Error timed_out() {
  return {.kind = ErrorKind::malformed, .code = "request_timeout", .message = "The request took too long to arrive."};
}

Error shutting_down() {
  return {.kind = ErrorKind::unavailable, .code = "shutting_down", .message = "The server is shutting down."};
}

constexpr std::array<bool, 256> token_characters() {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kToken = token_characters();

bool is_token_character(char c) { return kToken[static_cast<unsigned char>(c)]; }
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}
bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

// What a field value may hold: tabs, spaces, visible ASCII and the bytes beyond it.
bool is_value_character(char c) { return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t'; }

std::optional<Error> check_request_line(std::string_view line, const Limits& limits) {
  const std::size_t space = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (space == std::string_view::npos || last == space) return malformed("The request line is not complete.");
  const std::string_view target = line.substr(space + 1, last - space - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(line.substr(0, space))) return malformed("The method is not a token.");
  if (target.size() > limits.target) return too_large("target_too_long", "The request target is too long.");
  if (target.empty() || !std::all_of(target.begin(), target.end(), is_visible)) {
    return malformed("The request target holds characters that must be percent-encoded.");
  }
  const bool local = target.front() == '/' || target == "*";
  if ((!local && !target.starts_with("http://") && !target.starts_with("https://")) ||
      target.find('#') != std::string_view::npos) {
    return malformed("The request target is neither a path nor an http URL.");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed("Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  return std::nullopt;
}

// Also refuses folded fields and a space before the colon: neither is part of a token.
std::optional<Error> check_field_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return malformed("A header field has no proper name.");
  }
  const std::string_view value = line.substr(colon + 1);
  if (!std::all_of(value.begin(), value.end(), is_value_character)) {
    return malformed("A header field holds control characters.");
  }
  return std::nullopt;
}

std::optional<Error> check_line(HeadScan& scan, std::string_view line, const Limits& limits) {
  if (scan.request_line == 0) {
    scan.request_line = line.size() + 2;
    return check_request_line(line, limits);
  }
  if (++scan.fields > limits.header_fields) return too_large("headers_too_large", "There are too many header fields.");
  return check_field_line(line);
}

std::optional<Error> check_head_size(const HeadScan& scan, std::size_t arrived, const Limits& limits) {
  if (scan.request_line == 0) {
    if (arrived <= limits.target + kRequestLineExtra) return std::nullopt;
    return too_large("target_too_long", "The request target is too long.");
  }
  if ((scan.end != 0 ? scan.end : arrived) - scan.request_line <= limits.header_bytes) return std::nullopt;
  return too_large("headers_too_large", "The header fields are too large.");
}

// Looks for the end of the head and refuses, on the raw bytes, what Beast's parser would quietly repair or let pass
// (bare line feeds, folded fields, odd targets): where two readers of one message may differ, smuggling begins.
std::optional<Error> scan_head(HeadScan& scan, std::string_view arrived, const Limits& limits) {
  if (!arrived.empty() && !is_token_character(arrived.front())) return malformed("This is not an HTTP request.");
  while (scan.end == 0) {
    const std::size_t newline = arrived.find('\n', scan.scanned);
    if (newline == std::string_view::npos) {
      scan.scanned = arrived.size();
      break;
    }
    if (newline == 0 || arrived[newline - 1] != '\r') return malformed("A line ends without a carriage return.");
    const std::string_view line = arrived.substr(scan.line_start, newline - 1 - scan.line_start);
    scan.line_start = scan.scanned = newline + 1;
    if (line.empty()) {
      scan.end = newline + 1;
    } else if (auto problem = check_line(scan, line, limits)) {
      return problem;
    }
  }
  return check_head_size(scan, arrived.size(), limits);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "";  // It may be empty, and clients ignore it.
  }
}

// The Date field's value, made once a second.
std::string_view date_now() {
  thread_local std::time_t made = 0;
  thread_local std::array<char, 32> text{};
  thread_local std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    made = now;
  }
  return {text.data(), length};
}

void append_number(std::string& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

bool is_listeners_own(std::string_view name) {
  return same_name(name, "Date") || same_name(name, "Connection") || same_name(name, "Content-Length") ||
         same_name(name, "Transfer-Encoding");
}

// A value from a handler may hold what a client sent: a line break in it must not become a field.
void append_field(std::string& out, const Header& header) {
  if (!is_token(header.name) || is_listeners_own(header.name)) return;
  out.append(header.name).append(": ");
  const std::size_t value = out.size();
  out.append(header.value);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(value), out.end(), [](char c) { return !is_value_character(c); }, ' ');
  out.append("\r\n");
}

bool forbids_body(int status) { return status == 204 || status == 304; }

}  // namespace

void InputBuffer::consume(std::size_t count) {
  begin_ += count;
  if (begin_ == end_) begin_ = end_ = 0;
}

asio::mutable_buffer InputBuffer::space(std::size_t wanted) {
  if (bytes_.size() - end_ < wanted && begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (bytes_.size() - end_ < wanted) bytes_.resize(end_ + wanted);
  return {bytes_.data() + end_, bytes_.size() - end_};
}

// Gives back what a body or a long head needed: most of a server's connections are idle.
void InputBuffer::shrink() {
  if (!empty() || bytes_.size() <= 2 * kHeadRead) return;
  bytes_ = std::string();
}

std::size_t Connection::ChunkSink::operator()(std::uint64_t, beast::string_view body, error_code& error) {
  if (body.size() > owner->plan_.limit - owner->body_received_) {
    error = beast::http::error::body_limit;
    return 0;
  }
  owner->deliver({body.data(), body.size()});
  return body.size();
}

Connection::Connection(Service& service, Socket socket) : service_(service), socket_(std::move(socket)) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) remote_ = peer.address().to_string();
}

SteadyClock::time_point Connection::in(int duration_ms) const { return SteadyClock::now() + milliseconds(duration_ms); }

Task<void> Connection::serve() {
  for (bool again = true; again;) again = co_await serve_one();
  if (linger_ && !aborted_) co_await linger();
  error_code ignored;
  if (reset_) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

Task<void> Connection::turn_away() {
  begin_request();
  make_overloaded();
  linger_ = true;
  co_await respond(false);
  if (!aborted_) co_await linger();
}

void Connection::cut_if_late(SteadyClock::time_point now) {
  error_code ignored;
  if (now >= deadline_) socket_.cancel(ignored);
  if (feed_ && now >= heartbeat_at_) look_at_feed();
}

void Connection::drain() {
  error_code ignored;
  if (idle_) socket_.cancel(ignored);
  if (feed_) look_at_feed();
}

void Connection::abort() {
  aborted_ = true;
  error_code ignored;
  socket_.cancel(ignored);
  socket_.shutdown(Socket::shutdown_both, ignored);
  if (feed_) look_at_feed();
}

// One request and its answer; false when the connection must end.
Task<bool> Connection::serve_one() {
  begin_request();
  const Head head = co_await read_head();
  first_ = false;
  if (head == Head::closed) co_return false;
  if (head == Head::refused) co_return co_await refuse(std::move(*refusal_));
  if (auto problem = plan_body()) co_return co_await refuse(std::move(*problem));
  if (plan_.stream) co_return co_await exchange_streamed();
  co_return co_await exchange_buffered();
}

// The strings and the list keep their memory from one request to the next.
void Connection::begin_request() {
  scan_ = {};
  request_.method.clear();
  request_.target.clear();
  request_.path.clear();
  request_.query.clear();
  request_.headers.clear();
  request_.body.clear();
  if (request_.body.capacity() > kBodyRead) request_.body.shrink_to_fit();
  request_.remote = remote_;
  request_.stream = nullptr;
  response_ = {};
  refusal_.reset();
  sink_ = Sink::request;
  http_1_1_ = true;
  keep_alive_ = continue_owed_ = chunked_ = false;
  body_done_ = true;
  body_left_ = body_received_ = 0;
  body_waited_ = {};
  input_.shrink();
}

Task<Connection::Head> Connection::read_head() {
  auto until = SteadyClock::time_point::max();
  for (;;) {
    // One empty line before a request is forgiven, as RFC 9112 2.2 asks.
    if (scan_.scanned == 0 && input_.view().starts_with("\r\n")) input_.consume(2);
    const bool line_break_begun = input_.view() == "\r";
    if (!line_break_begun) refusal_ = scan_head(scan_, input_.view(), service_.limits);
    if (refusal_) co_return Head::refused;
    if (scan_.end != 0) break;

    const bool idle = input_.empty();
    if (idle && service_.draining) co_return Head::closed;
    if (idle) {
      deadline_ = in(first_ ? service_.limits.header_timeout_ms : service_.limits.idle_timeout_ms);
    } else {
      if (until == SteadyClock::time_point::max()) until = in(service_.limits.header_timeout_ms);
      deadline_ = until;
    }
    idle_ = idle;
    const std::size_t count = co_await read_some(kHeadRead);
    idle_ = false;
    if (count > 0) continue;
    // A request may have come in just before we were told to finish: it is served.
    if (idle && (ending_ != Ending::interrupted || !read_waiting())) co_return Head::closed;
    if (idle) continue;
    refusal_ = ending_ == Ending::timeout ? timed_out() : malformed("The request ends within its head.");
    co_return Head::refused;
  }
  refusal_ = parse_head();
  co_return refusal_ ? Head::refused : Head::ready;
}

std::optional<Error> Connection::parse_head() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(-1));  // Ours have been checked.
  parser_->body_limit(boost::none);                       // The plan's is not known yet, and is ours to check.
  parser_->on_chunk_body(chunk_sink_);
  while (!parser_->is_header_done()) {
    const std::string_view head = input_.view().substr(0, scan_.end);
    error_code error;
    const std::size_t used = parser_->put(asio::buffer(head.data(), head.size()), error);
    if (error || used == 0) return malformed("The head of the request is not understood: " + error.message() + ".");
    input_.consume(used);
    scan_.end -= used;
  }
  if (scan_.end != 0) return malformed("The head of the request is not understood.");
  fill_request();
  return check_framing();
}

void Connection::fill_request() {
  const auto& message = parser_->get();
  const auto copy = [](std::string& to, beast::string_view from) { to.assign(from.data(), from.size()); };
  copy(request_.method, message.method_string());
  copy(request_.target, message.target());
  request_.headers.reserve(scan_.fields);
  for (const auto& field : message) {
    Header& header = request_.headers.emplace_back();
    copy(header.name, field.name_string());
    copy(header.value, field.value());
  }

  std::string_view local = request_.target;
  if (local.front() == 'h') {  // http://host/path: only the path is ours.
    local.remove_prefix(local.find("//") + 2);
    local.remove_prefix(std::min(local.find_first_of("/?"), local.size()));
  }
  const std::size_t mark = local.find('?');
  request_.path = local.substr(0, mark);
  if (request_.path.empty()) request_.path = "/";
  if (mark != std::string_view::npos) request_.query = local.substr(mark + 1);
}

// Two readers of one message must agree on where it ends, so whatever could be read in two ways is refused.
std::optional<Error> Connection::check_framing() {
  namespace field = beast::http;
  const auto& message = parser_->get();
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t encodings = 0;
  for (const auto& each : message) {
    const std::string_view value{each.value().data(), each.value().size()};
    switch (each.name()) {
      case field::field::host: ++hosts; break;
      case field::field::content_length:
        ++lengths;
        if (!all_digits(value)) return malformed("The Content-Length is not a number.");
        break;
      case field::field::transfer_encoding:
        ++encodings;
        if (!same_name(value, "chunked")) return malformed("The only transfer encoding understood is chunked.");
        break;
      case field::field::expect:
        continue_owed_ = true;
        if (!same_name(value, "100-continue")) {
          return Error{.kind = ErrorKind::malformed,
                       .code = "expectation_failed",
                       .message = "The only expectation understood is 100-continue."};
        }
        break;
      default: break;
    }
  }
  http_1_1_ = message.version() == 11;
  if (hosts > 1 || (hosts == 0 && http_1_1_)) return malformed("A request names its host exactly once.");
  if (lengths + encodings > 1) return malformed("The length of the body is given more than once.");
  if (encodings > 0 && !http_1_1_) return malformed("Chunked bodies need HTTP/1.1.");

  chunked_ = encodings > 0;
  body_left_ = parser_->content_length().value_or(0);
  body_done_ = !chunked_ && body_left_ == 0;
  keep_alive_ = http_1_1_ && parser_->keep_alive();
  continue_owed_ = continue_owed_ && http_1_1_ && !body_done_ && input_.empty();
  return std::nullopt;
}

std::optional<Error> Connection::plan_body() {
  plan_ = {.stream = false, .limit = service_.limits.body};
  try {
    if (service_.policy) plan_ = service_.policy(request_);
  } catch (const std::exception& problem) {
    return internal(std::string("body policy: ") + problem.what());
  } catch (...) {
    return internal("body policy");
  }
  if (body_left_ > plan_.limit) return too_large("body_too_large", "The body is larger than is accepted here.");
  return std::nullopt;
}

Task<bool> Connection::exchange_buffered() {
  if (!body_done_) {
    if (continue_owed_) co_await send_continue();
    if (auto problem = co_await pump_body()) co_return co_await refuse(std::move(*problem));
  }
  if (submit(Lane::quick)) {
    while (!worker_done_) co_await event();
  } else {
    make_overloaded();
  }
  co_return co_await respond(true);
}

Task<bool> Connection::exchange_streamed() {
  const auto length = chunked_ ? std::nullopt : std::optional<std::uint64_t>(body_left_);
  // The worker posts its wakes before it posts that it is done, so none comes after this connection.
  stream_.emplace(length, [this] { asio::post(socket_.get_executor(), [this] { wake(); }); });
  request_.stream = &*stream_;
  sink_ = Sink::stream;
  if (!submit(Lane::streaming)) {
    make_overloaded();
    linger_ = !body_done_;
    co_return co_await respond(body_done_);
  }

  std::optional<Error> problem;
  pumping_ = true;
  try {
    problem = co_await pump_body();
  } catch (const std::exception& out_of_memory) {
    problem = internal(out_of_memory.what());  // The worker must learn of it before this frame may go.
  }
  pumping_ = false;
  if (problem) {
    stream_->fail(std::move(*problem));
  } else if (body_done_) {
    stream_->finish();
  }
  while (!worker_done_) co_await event();
  co_return co_await finish_streamed();
}

// A handler may answer without reading all of the body. A little is read and dropped to keep the connection.
Task<bool> Connection::finish_streamed() {
  request_.stream = nullptr;
  stream_.reset();
  sink_ = Sink::nowhere;
  const bool short_rest = !chunked_ && !continue_owed_ && body_left_ <= kMostDiscarded && ending_ == Ending::none;
  linger_ = !body_done_ && !short_rest;
  const bool again = co_await respond(body_done_ || short_rest);
  if (again && !body_done_) {
    if (co_await pump_body()) co_return false;
  }
  linger_ = linger_ || !body_done_;
  co_return again;
}

// Reads the body to its end, or until the handler of a streamed one has returned.
Task<std::optional<Error>> Connection::pump_body() {
  for (;;) {
    if (auto problem = take_body()) co_return problem;
    if (body_done_ || (pumping_ && worker_done_)) co_return std::nullopt;
    if (pumping_ && continue_owed_) {
      if (stream_->must_wait_for_reader()) {
        co_await event();
        continue;
      }
      co_await send_continue();
    }
    if (pumping_ && stream_->must_wait_for_space()) {
      co_await event();
      continue;
    }

    deadline_ = body_deadline();
    const auto begun = SteadyClock::now();
    const std::size_t count = co_await read_some(kBodyRead);
    body_waited_ += SteadyClock::now() - begun;
    if (count > 0) continue;
    const bool handler_returned = ending_ == Ending::interrupted && !aborted_;
    if (!handler_returned) co_return body_cut_short();
    ending_ = Ending::none;
  }
}

// The client has its grace, and then a second for each min_body_rate bytes it has sent.
SteadyClock::time_point Connection::body_deadline() const {
  const std::uint64_t rate = std::max<std::uint64_t>(service_.limits.min_body_rate, 1);
  const auto earned = milliseconds(service_.limits.body_grace_ms) + milliseconds(body_received_ * 1000 / rate);
  return SteadyClock::now() + earned - body_waited_;
}

Error Connection::body_cut_short() const {
  if (aborted_) return shutting_down();
  if (ending_ == Ending::timeout) return timed_out();
  return {.kind = ErrorKind::malformed, .code = "truncated_body", .message = "The body ended before its length."};
}

std::optional<Error> Connection::take_body() {
  if (chunked_) return take_chunks();
  const std::string_view piece = input_.view().substr(0, body_left_);
  if (!piece.empty()) deliver(piece);
  body_left_ -= piece.size();
  input_.consume(piece.size());
  body_done_ = body_left_ == 0;
  return std::nullopt;
}

std::optional<Error> Connection::take_chunks() {
  while (!parser_->is_done() && !input_.empty()) {
    const std::string_view arrived = input_.view();
    error_code error;
    const std::size_t used = parser_->put(asio::buffer(arrived.data(), arrived.size()), error);
    input_.consume(used);
    if (error == beast::http::error::body_limit) {
      return too_large("body_too_large", "The body is larger than is accepted here.");
    }
    if (error && error != beast::http::error::need_more) {
      return malformed("The body is not properly chunked: " + error.message() + ".");
    }
    if (used == 0) {
      // Beast would wait for a carriage return for ever.
      const std::size_t newline = arrived.find('\n');
      if (newline == 0 || (newline != std::string_view::npos && arrived[newline - 1] != '\r')) {
        return malformed("A line ends without a carriage return.");
      }
      if (arrived.size() > kMostChunkHead) return malformed("The head of a chunk, or the trailer, is too long.");
      break;
    }
  }
  body_done_ = parser_->is_done();
  return std::nullopt;
}

void Connection::deliver(std::string_view piece) {
  body_received_ += piece.size();
  if (sink_ == Sink::stream) stream_->push(piece);
  if (sink_ == Sink::request) request_.body.append(piece);
}

Task<void> Connection::send_continue() {
  continue_owed_ = false;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  output_ = {asio::buffer(kContinue.data(), kContinue.size())};
  co_await send();  // When it fails, so does the next read.
}

bool Connection::submit(Lane lane) {
  stage_ = Stage::handler;
  worker_done_ = false;
  if (service_.pool.submit(*this, lane)) return true;
  worker_done_ = true;
  return false;
}

void Connection::make_overloaded() {
  response_ = make_error(
      {.kind = ErrorKind::unavailable, .code = "overloaded", .message = "The server is busy. Try again in a moment."});
  response_.set("Retry-After", "1");
}

// On a worker thread, while the coroutine waits or only pumps the body: the request and the response are ours.
void Connection::run() noexcept {
  const Executor executor = socket_.get_executor();
  if (stage_ == Stage::handler) {
    response_ = call_handler();
  } else {
    call_producer();
  }
  // This object may be gone as soon as the post is made.
  asio::post(executor, [this] {
    worker_done_ = true;
    wake();
  });
}

Response Connection::call_handler() {
  if (service_.cut_off) {
    return make_error(shutting_down());
  }
  try {
    return service_.handler(request_);
  } catch (const std::exception& problem) {
    return make_error(internal(std::string("handler: ") + problem.what()));
  } catch (...) {
    return make_error(internal("handler: an unknown exception"));
  }
}

void Connection::call_producer() {
  try {
    produced_ = response_.producer();
  } catch (const std::exception& problem) {
    produced_ = Fail{internal(std::string("producer: ") + problem.what())};
  } catch (...) {
    produced_ = Fail{internal("producer: an unknown exception")};
  }
}

Response Connection::make_error(const Error& error) const {
  try {
    return service_.responder(error, request_);
  } catch (...) {
    return {.status = 500};
  }
}

// Waits until wake() is called.
Task<void> Connection::event() {
  return asio::async_initiate<const Use, void()>([this](auto&& waiter) { waiter_.emplace(std::move(waiter)); }, Use{});
}

void Connection::wake() {
  if (waiter_) {
    Waiter waiter = std::move(*waiter_);
    waiter_.reset();
    std::move(waiter)();
  } else if (pumping_ && worker_done_) {
    error_code ignored;
    socket_.cancel(ignored);  // It reads a body nobody wants any more.
  }
}

Task<bool> Connection::refuse(Error error) {
  response_ = make_error(error);
  linger_ = true;
  co_return co_await respond(false);
}

bool Connection::carries_body() const { return request_.method != "HEAD" && !forbids_body(response_.status); }

// Sends the answer; false when the connection must end after it.
Task<bool> Connection::respond(bool reusable) {
  if (response_.status < 200 || response_.status > 599) response_ = make_error(internal("a status out of range"));
  const bool again = reusable && keep_alive_ && !response_.close && !service_.draining;
  if (!again && !input_.empty()) linger_ = true;
  write_response_head(again);
  output_ = {asio::buffer(response_head_)};
  const bool produced = static_cast<bool>(response_.producer) || response_.feed;
  if (carries_body() && !produced) output_[1] = asio::buffer(response_.body);

  const Sent sent = send_now();
  if (sent == Sent::broken) co_return false;
  if (sent == Sent::blocked && !co_await send()) co_return false;
  if (!produced || !carries_body()) co_return again;
  // Two statements: g++ 12 destroys what stands in a conditional expression with an await twice.
  bool whole = false;
  if (response_.feed) {
    whole = co_await send_feed();
  } else {
    whole = co_await send_produced();
  }
  if (whole) co_return again;
  linger_ = false;
  reset_ = !has_length() && !http_1_1_;
  co_return false;
}

void Connection::write_response_head(bool again) {
  std::string& out = response_head_;
  out.assign("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(response_.status));
  out.append(" ").append(reason(response_.status)).append("\r\nDate: ").append(date_now()).append("\r\n");
  for (const Header& header : response_.headers) append_field(out, header);
  if (chunked_response()) {
    if (!forbids_body(response_.status)) out.append("Transfer-Encoding: chunked\r\n");
  } else if (!forbids_body(response_.status) && has_length()) {
    out.append("Content-Length: ");
    append_number(out, response_.producer ? *response_.producer_length : response_.body.size());
    out.append("\r\n");
  }
  if (!again) out.append("Connection: close\r\n");
  out.append("\r\n");
}

// False when the answer could not be sent whole.
Task<bool> Connection::send_produced() {
  std::uint64_t left = response_.producer_length.value_or(0);
  while (!response_.producer_length || left > 0) {
    co_await produce_next();
    if (!produced_->ok()) co_return false;
    const std::string& piece = produced_->value();
    if (piece.empty()) break;
    if (response_.producer_length) {
      if (piece.size() > left) co_return false;
      left -= piece.size();
    }
    if (!co_await send_piece(piece)) co_return false;
  }
  if (!chunked_response()) co_return left == 0;
  constexpr std::string_view kEnd = "0\r\n\r\n";
  output_ = {asio::buffer(kEnd.data(), kEnd.size())};
  co_return co_await send();
}

// Posts, for its callers are other threads, or go through all connections, of which this may be the last moment. The
// feed knows on the loop whether the connection is still there.
void Connection::look_at_feed() {
  asio::post(socket_.get_executor(), [this, feed = feed_] {
    if (feed->has_reader()) wake();
  });
}

// False when the client is gone, or did not keep up.
Task<bool> Connection::send_feed() {
  feed_ = response_.feed;
  const struct Leaving {
    Connection& connection;
    ~Leaving() {
      connection.feed_->leave();
      connection.feed_.reset();
    }
  } leaving{*this};
  feed_->listen([this] { look_at_feed(); });
  heartbeat_at_ = in(service_.limits.event_heartbeat_ms);
  for (;;) {
    Feed::Taken taken = feed_->take();
    if (taken.cut || aborted_) co_return false;
    if (taken.text.empty()) {
      if (taken.ended || service_.draining) break;
      if (SteadyClock::now() < heartbeat_at_) {
        co_await event();
        continue;
      }
      taken.text = ":\n\n";
    }
    if (!co_await send_piece(taken.text)) co_return false;
    heartbeat_at_ = in(service_.limits.event_heartbeat_ms);
  }
  if (!chunked_response()) co_return true;
  constexpr std::string_view kEnd = "0\r\n\r\n";
  output_ = {asio::buffer(kEnd.data(), kEnd.size())};
  co_return co_await send();
}

Task<void> Connection::produce_next() {
  stage_ = Stage::producer;
  worker_done_ = false;
  service_.pool.resume(*this);
  while (!worker_done_) co_await event();
}

Task<bool> Connection::send_piece(const std::string& piece) {
  output_ = {asio::buffer(piece)};
  if (chunked_response()) {
    response_head_.clear();
    append_number(response_head_, piece.size(), 16);
    response_head_.append("\r\n");
    output_ = {asio::buffer(response_head_), asio::buffer(piece), asio::buffer("\r\n", 2)};
  }
  co_return co_await send();
}

// Reads what there is until deadline_; 0 when nothing more comes, and ending_ says why.
Task<std::size_t> Connection::read_some(std::size_t wanted) {
  error_code error;
  std::size_t count = 0;
  if (aborted_) {
    error = asio::error::operation_aborted;
  } else {
    count = co_await socket_.async_read_some(input_.space(wanted), asio::redirect_error(Use{}, error));
  }
  if (!error) {
    input_.commit(count);
    ending_ = Ending::none;
  } else if (error != asio::error::operation_aborted) {
    ending_ = Ending::eof;
  } else {
    ending_ = !aborted_ && SteadyClock::now() >= deadline_ ? Ending::timeout : Ending::interrupted;
  }
  deadline_ = SteadyClock::time_point::max();
  co_return error ? 0 : count;
}

// Takes what has arrived already, without waiting.
bool Connection::read_waiting() {
  if (aborted_) return false;
  error_code error;
  const std::size_t count = socket_.read_some(input_.space(kHeadRead), error);
  input_.commit(count);
  return count > 0;
}

// Sends what the socket takes at once: nearly always all of it.
Connection::Sent Connection::send_now() {
  while (asio::buffer_size(output_) > 0) {
    error_code error;
    std::size_t count = socket_.write_some(output_, error);
    if (error == asio::error::would_block) return Sent::blocked;
    if (error) return Sent::broken;
    for (asio::const_buffer& buffer : output_) {
      const std::size_t taken = std::min(count, buffer.size());
      buffer += taken;
      count -= taken;
    }
  }
  return Sent::all;
}

Task<bool> Connection::send() {
  for (;;) {
    const Sent sent = send_now();
    if (sent != Sent::blocked || aborted_) co_return sent == Sent::all;
    deadline_ = in(service_.limits.write_timeout_ms);
    error_code error;
    co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(Use{}, error));
    deadline_ = SteadyClock::time_point::max();
    if (error) co_return false;
  }
}

// Closing a socket with unread input resets it, and the client would lose the answer.
Task<void> Connection::linger() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  const auto until = in(kLingerMs);
  for (std::size_t discarded = 0; discarded < kMostLingered;) {
    input_.consume(input_.view().size());
    deadline_ = until;
    const std::size_t count = co_await read_some(kHeadRead);
    if (count == 0) break;
    discarded += count;
  }
}

}  // namespace syncline::http
