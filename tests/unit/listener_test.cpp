// The listener against real sockets on the loopback: what is refused, what is streamed, what is cut and when.

#include "http/listener.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <future>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace syncline::http {
namespace {

using namespace std::chrono_literals;

constexpr int kPatienceMs = 20'000;

struct Answer {
  int status = 0;
  std::string head = {};
  std::string body = {};
  bool complete = false;  // Its length or its last chunk was reached.
};

// A client that says exactly what it is told to.
class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }

  // False when the server has gone.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  Answer ask(std::string_view request, bool head_only = false) {
    send(request);
    return receive(head_only);
  }

  Answer receive(bool head_only = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = arrived_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return answer;
    }
    answer.head = arrived_.substr(0, end + 4);
    arrived_.erase(0, end + 4);
    answer.status = number(answer.head.substr(9, 3), 10);
    answer.complete = head_only || answer.status < 200 || answer.status == 204 || answer.status == 304;
    if (!answer.complete) receive_body(answer);
    return answer;
  }

  // True when the server ends the connection without another byte.
  bool closed() { return arrived_.empty() && !more(); }

  // True when no byte and no end comes for a moment.
  bool silent(int milliseconds) {
    pollfd waiting{socket_, POLLIN, 0};
    return arrived_.empty() && ::poll(&waiting, 1, milliseconds) == 0;
  }

 private:
  static int number(const std::string& text, int base) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
  }

  bool more() {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, kPatienceMs) != 1) {
      ADD_FAILURE() << "the server is silent";
      return false;
    }
    std::vector<char> buffer(64 * 1024);
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    arrived_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  bool take(std::size_t length, std::string& into) {
    while (arrived_.size() < length && more()) continue;
    const bool enough = arrived_.size() >= length;
    into.append(arrived_, 0, length);
    arrived_.erase(0, length);
    return enough;
  }

  void receive_body(Answer& answer) {
    if (answer.head.find("Transfer-Encoding: chunked") != std::string::npos) return receive_chunks(answer);
    const std::size_t length = answer.head.find("Content-Length: ");
    if (length != std::string::npos) {
      answer.complete = take(static_cast<std::size_t>(number(answer.head.substr(length + 16, 12), 10)), answer.body);
      return;
    }
    while (more()) continue;
    answer.body = std::move(arrived_);
    arrived_.clear();
  }

  void receive_chunks(Answer& answer) {
    for (;;) {
      std::size_t end = 0;
      while ((end = arrived_.find("\r\n")) == std::string::npos) {
        if (!more()) return;
      }
      const int size = number(arrived_.substr(0, end), 16);
      arrived_.erase(0, end + 2);
      std::string ignored;
      if (size < 0 || !take(static_cast<std::size_t>(size), answer.body) || !take(2, ignored)) return;
      if (size == 0) {
        answer.complete = true;
        return;
      }
    }
  }

  int socket_;
  bool connected_ = false;
  std::string arrived_;
};

int status_of(const Error& error) {
  if (error.code == "request_timeout") return 408;
  if (error.code == "headers_too_large") return 431;
  if (error.code == "target_too_long") return 414;
  if (error.code == "expectation_failed") return 417;
  if (error.kind == ErrorKind::too_large) return 413;
  if (error.kind == ErrorKind::unavailable) return 503;
  return error.kind == ErrorKind::internal ? 500 : 400;
}

Response error_answer(const Error& error, const Request&) { return {.status = status_of(error), .body = error.code}; }

Response echo(Request& request) {
  return {.body = request.method + " " + request.path + "?" + request.query + " " + request.body};
}

// Reads a streamed body to its end and says how long it was, or what was wrong with it.
Response measure(Request& request) {
  std::vector<char> buffer(32 * 1024);
  std::size_t total = 0;
  for (;;) {
    const Result<std::size_t> count = request.stream->read(buffer.data(), buffer.size());
    if (!count.ok()) return error_answer(count.error(), request);
    if (count.value() == 0) return {.body = std::to_string(total)};
    total += count.value();
  }
}

BodyPlan streamed(const Request&) { return {.stream = true, .limit = std::uint64_t{1} << 40}; }

std::unique_ptr<Listener> serve(Handler handler, BodyPolicy policy = nullptr, Limits limits = {}) {
  limits.loops = limits.loops != 0 ? limits.loops : 2;
  auto started = Listener::start("127.0.0.1", 0, limits, std::move(handler), std::move(policy), error_answer);
  return started.ok() ? std::move(started).value() : nullptr;
}

constexpr std::string_view kGet = "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n";

// What a fresh server says to this, and whether it then ends the connection.
struct Verdict {
  int status;
  std::string body;
  bool closed;
  bool operator==(const Verdict&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
  return out << verdict.status << ' ' << verdict.body << (verdict.closed ? " closed" : " open");
}

Verdict verdict(std::string_view request, Limits limits = {}, BodyPolicy policy = nullptr, Handler handler = echo) {
  const auto listener = serve(std::move(handler), std::move(policy), limits);
  Client client(listener->port());
  const Answer answer = client.ask(request);
  const bool closes = answer.head.find("Connection: close\r\n") != std::string::npos;
  return {answer.status, answer.body, closes && client.closed()};
}

const Verdict kMalformed{400, "malformed_request", true};

long resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

bool sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  return false;
#endif
}

// Opened by the test, waited for by handlers.
class Gate {
 public:
  void open() { promise_.set_value(); }
  void wait() { future_.wait(); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_{promise_.get_future()};
};

TEST(Listener, AnswersAndKeepsTheConnection) {
  const auto listener = serve(echo);
  Client client(listener->port());

  const Answer first = client.ask(kGet);
  const Answer second = client.ask("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");

  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "GET /a?b=c ");
  EXPECT_EQ(second.body, "POST /p? hello");
  EXPECT_NE(first.head.find("\r\nDate: "), std::string::npos);
  EXPECT_EQ(first.head.find("Server"), std::string::npos);
  EXPECT_EQ(first.head.find("Connection"), std::string::npos);
}

TEST(Listener, RequestShowsWhatWasSent) {
  std::string seen;
  const auto listener = serve([&](Request& request) {
    seen = request.target + "|" + request.remote + "|" + std::string(request.header("x-ONE")) + "|" +
           std::to_string(request.count("X-One")) + "|" + std::string(request.header("absent"));
    return Response{};
  });

  Client(listener->port()).ask("GET /%41?q HTTP/1.1\r\nHost: x\r\nX-One: 1 \r\nx-one:2\r\n\r\n");

  EXPECT_EQ(seen, "/%41?q|127.0.0.1|1|2|");
}

TEST(Listener, AbsoluteTargetGivesItsPath) {
  EXPECT_EQ(verdict("GET http://h/p?q HTTP/1.1\r\nHost: h\r\n\r\n").body, "GET /p?q ");
  EXPECT_EQ(verdict("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").body, "GET /? ");
}

TEST(Listener, PipelinedRequestsAreAnsweredInOrder) {
  const auto listener = serve(echo);
  Client client(listener->port());

  client.send(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.receive().body, "GET /1? ");
  EXPECT_EQ(client.receive().body, "POST /2? ab");
  EXPECT_EQ(client.receive().body, "GET /3? ");
}

TEST(Listener, HeadArrivingByteByByteIsRead) {
  const auto listener = serve(echo);
  Client client(listener->port());

  for (const char each : kGet) client.send({&each, 1});

  EXPECT_EQ(client.receive().body, "GET /a?b=c ");
}

TEST(Listener, ConnectionCloseIsHonoured) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), (Verdict{200, "GET /? ", true}));
  EXPECT_EQ(verdict("GET / HTTP/1.0\r\n\r\n"), (Verdict{200, "GET /? ", true}));
  EXPECT_EQ(verdict("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), (Verdict{200, "GET /? ", true}));
  EXPECT_EQ(verdict(kGet, {}, nullptr, [](Request&) { return Response{.body = "bye", .close = true}; }),
            (Verdict{200, "bye", true}));
}

TEST(Listener, ClientThatStopsSendingStillGetsItsAnswer) {
  const auto listener = serve(echo);
  Client client(listener->port());

  client.send(kGet);
  client.end_sending();

  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.closed());
}

TEST(Listener, HeadHasTheLengthAndNoBody) {
  const auto listener = serve([](Request&) { return Response{.body = "12345"}; });
  Client client(listener->port());

  const Answer head = client.ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", true);
  const Answer get = client.ask(kGet);

  EXPECT_NE(head.head.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(get.body, "12345");
}

TEST(Listener, HeadDoesNotRunTheProducer) {
  std::atomic<bool> ran = false;
  const auto listener = serve([&](Request&) {
    return Response{.producer = [&]() -> Result<std::string> {
                      ran = true;
                      return std::string();
                    },
                    .producer_length = 7};
  });
  Client client(listener->port());

  const Answer head = client.ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", true);

  EXPECT_NE(head.head.find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_FALSE(ran);
}

TEST(Listener, NoContentHasNoLength) {
  const auto listener = serve([](Request&) { return Response{.status = 204, .body = "ignored"}; });
  Client client(listener->port());

  const Answer first = client.ask(kGet);
  const Answer second = client.ask(kGet);

  EXPECT_EQ(first.head.find("Content-Length"), std::string::npos);
  EXPECT_EQ(second.status, 204);
}

TEST(Listener, HeaderOfTheAnswerCannotHoldALineBreak) {
  const auto listener = serve([](Request&) {
    Response response;
    response.set("X-Said", "a\r\nSet-Cookie: b");
    response.set("Bad name", "x");
    response.set("content-length", "999");
    return response;
  });
  Client client(listener->port());

  const Answer answer = client.ask(kGet);

  EXPECT_NE(answer.head.find("X-Said: a  Set-Cookie: b\r\n"), std::string::npos);
  EXPECT_EQ(answer.head.find("Bad name"), std::string::npos);
  EXPECT_EQ(answer.head.find("999"), std::string::npos);
}

TEST(Listener, HandlerThatThrowsIsAnInternalError) {
  const Handler throws = [](Request&) -> Response { throw std::runtime_error("secret"); };
  const Handler throws_a_number = [](Request&) -> Response { throw 1; };

  EXPECT_EQ(verdict(kGet, {}, nullptr, throws), (Verdict{500, "internal", false}));
  EXPECT_EQ(verdict(kGet, {}, nullptr, throws_a_number), (Verdict{500, "internal", false}));
}

TEST(Listener, PolicyThatThrowsIsAnInternalError) {
  const BodyPolicy throws = [](const Request&) -> BodyPlan { throw std::runtime_error("x"); };

  EXPECT_EQ(verdict(kGet, {}, throws), (Verdict{500, "internal", true}));
}

class StrictFraming : public testing::TestWithParam<std::string_view> {};

TEST_P(StrictFraming, IsRefusedAndCloses) { EXPECT_EQ(verdict(GetParam()), kMalformed); }

constexpr std::string_view kRefused[] = {
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    "GET / HTTP/1.1\nHost: x\n\n",
    "GET / HTTP/1.1\r\nHost: x\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nA: b\rC: d\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
    "G(T / HTTP/1.1\r\nHost: x\r\n\r\n",
    " GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
    "GET / x HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
    "GET / http/1.1\r\nHost: x\r\n\r\n",
    "GET /\r\n\r\n",
    "GET relative HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /#part HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nA: \x7f\r\n\r\n",
    std::string_view("GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n", 34),
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "\x16\x03\x01\x02",
    "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
};
INSTANTIATE_TEST_SUITE_P(Heads, StrictFraming, testing::ValuesIn(kRefused));

constexpr std::string_view kBadChunks[] = {"g\r\n",
                                           "-1\r\n",
                                           "0x1\r\na\r\n0\r\n\r\n",
                                           "\r\n",
                                           " 1\r\na\r\n0\r\n\r\n",
                                           "1\na\n0\n\n",
                                           "1\r\nab\r\n0\r\n\r\n",
                                           "ffffffffffffffff1\r\n",
                                           "1 x\r\na\r\n0\r\n\r\n",
                                           "0q\r\n\r\n",
                                           "1\r\na\r\n0\r\nbad\r\n\r\n"};
class BadChunks : public testing::TestWithParam<std::string_view> {};

TEST_P(BadChunks, AreRefusedAndClose) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

  EXPECT_EQ(verdict(head + std::string(GetParam())), kMalformed);
  EXPECT_EQ(verdict(head + std::string(GetParam()), {}, streamed, measure), kMalformed);
}
INSTANTIATE_TEST_SUITE_P(Bodies, BadChunks, testing::ValuesIn(kBadChunks));

TEST(Listener, EndlessChunkHeadIsRefused) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;";

  EXPECT_EQ(verdict(head + std::string(20'000, 'a')), kMalformed);
}

TEST(Listener, ChunkedBodyIsReadAcrossItsPieces) {
  const auto listener = serve(echo);
  Client client(listener->port());

  for (const char each : std::string_view("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
                                          "3;e=\"v\"\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n")) {
    client.send({&each, 1});
  }

  EXPECT_EQ(client.receive().body, "POST /? abcd");
  EXPECT_EQ(client.ask(kGet).status, 200);
}

TEST(Listener, HeadLimits) {
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\n";
  std::string many = start;
  for (int i = 0; i < 64; ++i) many += "A: b\r\n";

  EXPECT_EQ(verdict(start + "A: " + std::string(17'000, 'a') + "\r\n\r\n"), (Verdict{431, "headers_too_large", true}));
  EXPECT_EQ(verdict(start + "A: " + std::string(17'000, 'a')), (Verdict{431, "headers_too_large", true}));
  EXPECT_EQ(verdict(start + "A: " + std::string(15'000, 'a') + "\r\n\r\n").status, 200);
  EXPECT_EQ(verdict(many + "\r\n"), (Verdict{431, "headers_too_large", true}));
  EXPECT_EQ(verdict("GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\n"), (Verdict{414, "target_too_long", true}));
  EXPECT_EQ(verdict("GET /" + std::string(9'000, 'a')), (Verdict{414, "target_too_long", true}));
  EXPECT_EQ(verdict("GET /" + std::string(8'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST(Listener, BodyOverItsLimitIsRefusedBeforeItArrives) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n";

  EXPECT_EQ(verdict(head, {.body = 10}), (Verdict{413, "body_too_large", true}));
}

TEST(Listener, ChunkedBodyOverItsLimitIsRefused) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const BodyPolicy ten = [](const Request&) { return BodyPlan{.stream = true, .limit = 10}; };

  EXPECT_EQ(verdict(head + "5\r\nabcde\r\n6\r\nabcdef\r\n", {.body = 10}), (Verdict{413, "body_too_large", true}));
  EXPECT_EQ(verdict(head + "5\r\nabcde\r\n6\r\nabcdef\r\n", {}, ten, measure), (Verdict{413, "body_too_large", true}));
  EXPECT_EQ(verdict(head + "5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n", {.body = 10}).status, 200);
}

TEST(Listener, LargeUnreadBodyDoesNotHideTheRefusal) {
  const std::string request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + std::string(50'000, 'a');

  EXPECT_EQ(verdict(request, {.body = 10}), (Verdict{413, "body_too_large", true}));
}

TEST(Listener, TruncatedBodyIsRefused) {
  const auto listener = serve(echo);
  const auto streaming = serve(measure, streamed);
  Client client(listener->port());
  Client uploader(streaming->port());
  const std::string_view request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";

  client.send(request);
  client.end_sending();
  uploader.send(request);
  uploader.end_sending();

  EXPECT_EQ(client.receive().body, "truncated_body");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(uploader.receive().body, "truncated_body");
  EXPECT_TRUE(uploader.closed());
}

TEST(Listener, ContinueIsSentWhenTheBodyIsWelcome) {
  const auto listener = serve(echo);
  Client client(listener->port());

  const Answer interim = client.ask("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const Answer answer = client.ask("ab");

  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(answer.body, "POST /? ab");
}

TEST(Listener, ContinueOfAStreamWaitsForTheHandlerToRead) {
  const auto refusing = serve([](Request&) { return Response{.status = 403}; }, streamed);
  const auto reading = serve(measure, streamed);
  Client refused(refusing->port());
  Client welcome(reading->port());
  const std::string_view head = "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";

  const Answer refusal = refused.ask(head);
  const Answer interim = welcome.ask(head);
  const Answer answer = welcome.ask("ab");

  EXPECT_EQ(refusal.status, 403);
  EXPECT_TRUE(refused.closed());
  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(answer.body, "2");
}

TEST(Listener, OtherExpectationsFail) {
  EXPECT_EQ(verdict("POST / HTTP/1.1\r\nHost: x\r\nExpect: cake\r\nContent-Length: 2\r\n\r\nab"),
            (Verdict{417, "expectation_failed", true}));
}

TEST(Listener, SlowHeadIsCutAtItsDeadline) {
  const auto listener = serve(echo, nullptr, {.header_timeout_ms = 200});
  Client slow(listener->port());
  Client nothing(listener->port());
  const auto begun = std::chrono::steady_clock::now();

  const Answer answer = slow.ask("GET / HTTP/1.1\r\nHost:");

  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(slow.closed());
  EXPECT_TRUE(nothing.closed());
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 190ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST(Listener, TrickledHeadDoesNotMoveItsDeadline) {
  const auto listener = serve(echo, nullptr, {.header_timeout_ms = 300});
  Client slow(listener->port());
  slow.send("GET / HTTP/1.1\r\nA: ");

  while (slow.silent(20)) slow.send("a");

  EXPECT_EQ(slow.receive().status, 408);
}

TEST(Listener, ManySlowHeadsDoNotDelayOthers) {
  const auto listener = serve(echo, nullptr, {.header_timeout_ms = 1500});
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(std::make_unique<Client>(listener->port()));
    slow.back()->send("GET / HTTP/1.1\r\n");
  }
  Client quick(listener->port());

  const auto begun = std::chrono::steady_clock::now();
  const Answer answer = quick.ask(kGet);

  EXPECT_EQ(answer.status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
  for (const auto& each : slow) EXPECT_EQ(each->receive().status, 408);
}

TEST(Listener, IdleConnectionIsClosedWithoutAWord) {
  const auto listener = serve(echo, nullptr, {.idle_timeout_ms = 100});
  Client client(listener->port());

  EXPECT_EQ(client.ask(kGet).status, 200);

  EXPECT_TRUE(client.closed());
}

TEST(Listener, SlowBodyIsCut) {
  const Limits limits{.min_body_rate = 1000, .body_grace_ms = 200};
  const std::string_view request = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\na";

  EXPECT_EQ(verdict(request, limits), (Verdict{408, "request_timeout", true}));
  EXPECT_EQ(verdict(request, limits, streamed, measure), (Verdict{408, "request_timeout", true}));
}

TEST(Listener, TrickledBodyIsCut) {
  const auto listener = serve(echo, nullptr, {.min_body_rate = 1'000'000, .body_grace_ms = 300});
  Client slow(listener->port());
  slow.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");

  while (slow.silent(20)) slow.send("a");

  EXPECT_EQ(slow.receive().status, 408);
}

TEST(Listener, ClientThatDoesNotReadIsCut) {
  std::promise<void> gone;
  const auto listener = serve(
      [&](Request&) {
        // Released with the answer: that is how the test learns that the server has given up.
        const auto token = std::shared_ptr<void>(nullptr, [&](void*) { gone.set_value(); });
        return Response{.producer = [token]() -> Result<std::string> { return std::string(100'000, 'a'); }};
      },
      nullptr, {.write_timeout_ms = 200});
  Client client(listener->port(), 4096);

  client.send(kGet);

  EXPECT_EQ(gone.get_future().wait_for(20s), std::future_status::ready);
}

TEST(Listener, ProducedAnswerIsChunked) {
  const auto listener = serve([](Request&) {
    return Response{.producer = [n = 0]() mutable -> Result<std::string> {
      return ++n <= 3 ? std::string(100'000, static_cast<char>('a' + n)) : std::string();
    }};
  });
  Client client(listener->port());

  const Answer answer = client.ask(kGet);

  EXPECT_NE(answer.head.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body, std::string(100'000, 'b') + std::string(100'000, 'c') + std::string(100'000, 'd'));
  EXPECT_EQ(client.ask(kGet).body, answer.body);
}

TEST(Listener, ProducedAnswerToAnOldClientEndsWithTheConnection) {
  const auto listener = serve([](Request&) {
    return Response{
        .producer = [n = 0]() mutable -> Result<std::string> { return n++ == 0 ? std::string("old") : std::string(); }};
  });
  Client client(listener->port());

  const Answer answer = client.ask("GET / HTTP/1.0\r\n\r\n");

  EXPECT_EQ(answer.head.find("Transfer-Encoding"), std::string::npos);
  EXPECT_EQ(answer.body, "old");
}

Response produce_given_length(Request& request) {
  const std::uint64_t length = std::stoull(request.query);
  return {.producer = []() -> Result<std::string> { return std::string("12345"); }, .producer_length = length};
}

TEST(Listener, ProducedAnswerOfKnownLength) {
  const auto listener = serve(produce_given_length);
  Client client(listener->port());

  const Answer exact = client.ask("GET /?10 HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer none = client.ask("GET /?0 HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer too_much = client.ask("GET /?7 HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(exact.body, "1234512345");
  EXPECT_TRUE(none.complete);
  EXPECT_FALSE(too_much.complete);
  EXPECT_TRUE(client.closed());
}

TEST(Listener, ProducerThatFailsLeavesTheAnswerIncomplete) {
  const auto fails = [n = 0]() mutable -> Result<std::string> {
    if (n++ == 0) return std::string("begun");
    return fail(ErrorKind::internal, "disk", "The disk failed.");
  };
  const auto throws = [n = 0]() mutable -> Result<std::string> {
    if (n++ == 0) return std::string("begun");
    throw std::runtime_error("x");
  };
  const auto listener = serve([=](Request& request) {
    return request.path == "/fails" ? Response{.producer = fails} : Response{.producer = throws};
  });
  Client first(listener->port());
  Client second(listener->port());

  const Answer failed = first.ask("GET /fails HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer thrown = second.ask("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_FALSE(failed.complete);
  EXPECT_FALSE(thrown.complete);
  EXPECT_TRUE(first.closed());
  EXPECT_TRUE(second.closed());
}

TEST(Listener, LargeUploadIsStreamedInLittleMemory) {
  const auto listener = serve(measure, streamed);
  Client client(listener->port());
  const std::string piece(256 * 1024, 'a');
  const long before = resident_kib();

  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 67108864\r\n\r\n");
  for (int i = 0; i < 256; ++i) client.send(piece);
  const Answer answer = client.receive();

  EXPECT_EQ(answer.body, "67108864");
  EXPECT_TRUE(sanitized() || resident_kib() - before < 16 * 1024) << resident_kib() - before << " KiB";
  EXPECT_EQ(client.ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").body, "3");
}

TEST(Listener, LargeChunkedUploadIsStreamed) {
  const auto listener = serve(measure, streamed);
  Client client(listener->port());
  const std::string piece = "10000\r\n" + std::string(0x10000, 'a') + "\r\n";

  client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 256; ++i) client.send(piece);
  client.send("0\r\n\r\n");

  EXPECT_EQ(client.receive().body, "16777216");
}

TEST(Listener, HandlerThatDoesNotReadPausesTheUpload) {
  Gate gate;
  const auto listener = serve(
      [&](Request& request) {
        gate.wait();
        return measure(request);
      },
      streamed);
  Client client(listener->port());
  const long before = resident_kib();

  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 33554432\r\n\r\n");
  auto sender = std::async(std::launch::async, [&] { return client.send(std::string(33'554'432, 'a')); });
  const auto paused = sender.wait_for(300ms);
  const long while_paused = resident_kib();
  gate.open();

  EXPECT_EQ(paused, std::future_status::timeout);
  EXPECT_TRUE(sanitized() || while_paused - before < 40 * 1024) << while_paused - before << " KiB";
  EXPECT_TRUE(sender.get());
  EXPECT_EQ(client.receive().body, "33554432");
}

TEST(Listener, StreamWithoutABodyEndsAtOnce) {
  EXPECT_EQ(verdict("PUT / HTTP/1.1\r\nHost: x\r\n\r\n", {}, streamed, measure), (Verdict{200, "0", false}));
}

TEST(Listener, UnreadRestOfAShortStreamIsDropped) {
  const auto listener = serve([](Request&) { return Response{.body = "no"}; }, streamed);
  Client client(listener->port());

  const Answer early = client.ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  client.send(std::string(100'000, 'a'));

  EXPECT_EQ(early.body, "no");
  EXPECT_EQ(client.ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na").body, "no");
}

TEST(Listener, UnreadRestOfALongStreamEndsTheConnection) {
  const Handler says_no = [](Request&) { return Response{.body = "no"}; };

  EXPECT_EQ(verdict("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\na", {}, streamed, says_no),
            (Verdict{200, "no", true}));
}

TEST(Listener, FullQueueIsOverload) {
  const auto listener = serve(echo, nullptr, {.loops = 1, .workers = 1, .queue = 0});
  Client client(listener->port());

  const Answer refused = client.ask(kGet);
  const Answer again = client.ask(kGet);

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.body, "overloaded");
  EXPECT_NE(refused.head.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(again.status, 503);
}

TEST(Listener, BusyWorkersAndAFullQueueAreOverload) {
  Gate gate;
  std::latch busy(1);
  const auto listener = serve(
      [&](Request& request) {
        if (request.path == "/first") busy.count_down();
        gate.wait();
        return Response{};
      },
      nullptr, {.loops = 1, .workers = 1, .queue = 1});
  Client first(listener->port());
  Client second(listener->port());
  Client third(listener->port());

  first.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
  busy.wait();
  second.send(kGet);
  third.send(kGet);
  const bool second_waits = second.silent(200);
  const bool third_waits = third.silent(0);
  gate.open();

  EXPECT_NE(second_waits, third_waits);
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(second.receive().status + third.receive().status, 200 + 503);
}

TEST(Listener, SlowUploadsDoNotTakeAllWorkers) {
  const auto listener = serve([](Request& request) { return request.stream ? measure(request) : echo(request); },
                              [](const Request& request) { return BodyPlan{.stream = request.method == "PUT"}; },
                              {.loops = 1, .workers = 4});
  std::vector<std::unique_ptr<Client>> uploads;
  for (int i = 0; i < 8; ++i) {
    uploads.push_back(std::make_unique<Client>(listener->port()));
    uploads.back()->send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na");
  }
  Client quick(listener->port());

  const Answer answer = quick.ask(kGet);

  EXPECT_EQ(answer.status, 200);
  for (const auto& upload : uploads) upload->send("b");
  for (const auto& upload : uploads) EXPECT_EQ(upload->receive().body, "2");
}

TEST(Listener, ConnectionsBeyondTheCapAreTurnedAway) {
  const auto listener = serve(echo, nullptr, {.loops = 1, .connections = 1});
  Client first(listener->port());
  const Answer welcome = first.ask(kGet);
  Client second(listener->port());

  const Answer refused = second.receive();

  EXPECT_EQ(welcome.status, 200);
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.head.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_TRUE(second.closed());
  EXPECT_EQ(first.ask(kGet).status, 200);
}

TEST(Listener, StopFinishesWhatIsInFlight) {
  Gate gate;
  Gate begun;
  const auto listener = serve([&](Request&) {
    begun.open();
    gate.wait();
    return Response{.body = "done"};
  });
  Client busy(listener->port());
  Client idle(listener->port());
  busy.send(kGet);
  begun.wait();

  auto stopping = std::async(std::launch::async, [&] { listener->stop(); });
  const bool idle_closed = idle.closed();
  const bool late_connected = Client(listener->port()).connected();
  gate.open();
  const Answer answer = busy.receive();
  stopping.wait();

  EXPECT_TRUE(idle_closed);
  EXPECT_FALSE(late_connected);
  EXPECT_EQ(answer.body, "done");
  EXPECT_NE(answer.head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(busy.closed());
}

TEST(Listener, StopCutsWhatDoesNotFinishInTime) {
  const auto listener = serve(measure, streamed, {.drain_ms = 100});
  Client stuck(listener->port());
  Client half(listener->port());
  stuck.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\na");
  half.send("PUT / HTT");
  const auto begun = std::chrono::steady_clock::now();

  listener->stop();
  listener->stop();

  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
  EXPECT_FALSE(stuck.receive().complete);
  EXPECT_FALSE(half.receive().complete);
}

// A server whose only answer is this feed, with one worker.
std::unique_ptr<Listener> serve_feed(const std::shared_ptr<Feed>& feed, Limits limits = {}) {
  limits.workers = 1;
  return serve([feed](Request&) { return Response{.feed = feed}; }, nullptr, limits);
}

TEST(Listener, FeedIsSentAsItIsWrittenAndHoldsNoWorker) {
  const auto feed = std::make_shared<Feed>(1000);
  const auto listener = serve(
      [feed](Request& request) { return request.path == "/feed" ? Response{.feed = feed} : Response{.body = "other"}; },
      nullptr, {.workers = 1});
  Client follower(listener->port());
  ASSERT_TRUE(feed->push("first "));

  follower.send("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  Client other(listener->port());
  const Answer meanwhile = other.ask(kGet);
  ASSERT_TRUE(feed->push("second"));
  feed->end();

  EXPECT_EQ(meanwhile.body, "other");
  const Answer all = follower.receive();
  EXPECT_EQ(all.body, "first second");
  EXPECT_TRUE(all.complete);
  EXPECT_EQ(follower.ask(kGet).body, "other");
  EXPECT_FALSE(feed->has_reader());
}

TEST(Listener, FeedShowsThatItLives) {
  const auto feed = std::make_shared<Feed>(1000);
  const auto listener = serve_feed(feed, {.event_heartbeat_ms = 20});
  Client follower(listener->port());

  follower.send("GET / HTTP/1.0\r\n\r\n");
  std::thread later([&] {
    std::this_thread::sleep_for(300ms);
    feed->end();
  });
  const Answer all = follower.receive();
  later.join();

  EXPECT_TRUE(all.body.starts_with(":\n\n:\n\n")) << all.body;
}

TEST(Listener, FeedOfAReaderThatDoesNotKeepUpIsCut) {
  const auto feed = std::make_shared<Feed>(64 * 1024);
  const auto listener = serve_feed(feed, {.write_timeout_ms = 200});
  Client follower(listener->port(), 4096);

  follower.send(kGet);
  while (feed->push(std::string(16 * 1024, 'x'))) std::this_thread::sleep_for(1ms);

  EXPECT_FALSE(follower.receive().complete);
}

TEST(Listener, StopEndsFeeds) {
  const auto feed = std::make_shared<Feed>(1000);
  const auto listener = serve_feed(feed);
  Client follower(listener->port());
  follower.send(kGet);
  ASSERT_TRUE(feed->push("begun"));
  ASSERT_FALSE(follower.silent(5000));

  const auto begun = std::chrono::steady_clock::now();
  listener->stop();

  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  const Answer all = follower.receive();
  EXPECT_EQ(all.body, "begun");
  EXPECT_TRUE(all.complete);
}

TEST(Listener, FeedOfAClientThatLeftHasNoReader) {
  const auto feed = std::make_shared<Feed>(1'000'000);
  const auto listener = serve_feed(feed);
  {
    Client follower(listener->port());
    follower.send(kGet);
    ASSERT_TRUE(feed->push("begun"));
    ASSERT_FALSE(follower.silent(5000));
  }

  for (int i = 0; i < 5000 && feed->has_reader(); ++i) {
    feed->push("more");
    std::this_thread::sleep_for(1ms);
  }

  EXPECT_FALSE(feed->has_reader());
}

TEST(Listener, UnusableAddressIsAnError) {
  const auto taken = serve(echo);

  const auto unknown = Listener::start("not an address", 0, {}, echo, nullptr, error_answer);
  const auto foreign = Listener::start("192.0.2.1", 0, {}, echo, nullptr, error_answer);

  EXPECT_EQ(unknown.error().code, "bad_listen_address");
  EXPECT_EQ(foreign.error().code, "listen_failed");
}

TEST(Listener, ManyClientsAtOnceAllGetTheirOwnAnswers) {
  const auto listener = serve(echo);
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;

  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&, i] {
      Client client(listener->port());
      const std::string path = "/" + std::to_string(i);
      for (int n = 0; n < 200; ++n) {
        const Answer answer = client.ask("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nz");
        right += answer.body == "POST " + path + "? z" ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) client.join();

  EXPECT_EQ(right, 3200);
}

}  // namespace
}  // namespace syncline::http
