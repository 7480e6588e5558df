#include "load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "access/people.h"
#include "base/files.h"
#include "http/problem.h"
#include "http/routes.h"
#include "setup.h"

namespace syncline::bench {
namespace {

constexpr std::size_t kBodyLimit = 1024 * 1024;

FileDescriptor connect_to(std::uint16_t port) {
  FileDescriptor wire(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ensure(connect(wire.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
         "The server is there.");
  const int on = 1;
  setsockopt(wire.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return wire;
}

void send_all(const FileDescriptor& wire, const std::string& text) {
  ensure(send(wire.number(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()),
         "A small request is sent at once.");
}

// Reads one answer with a Content-Length; the buffer is kept between calls for its memory.
void read_answer(const FileDescriptor& wire, std::string& buffer) {
  buffer.clear();
  std::size_t wanted = 0;
  while (wanted == 0 || buffer.size() < wanted) {
    char piece[16384];
    const ssize_t count = recv(wire.number(), piece, sizeof(piece), 0);
    ensure(count > 0, "The server answers.");
    buffer.append(piece, static_cast<std::size_t>(count));
    const std::size_t end = buffer.find("\r\n\r\n");
    if (wanted > 0 || end == std::string::npos) continue;
    const std::size_t length = buffer.find("Content-Length: ");
    ensure(length < end, "The answer says how long it is.");
    wanted = end + 4 + std::stoul(buffer.substr(length + 16));
  }
  ensure(buffer.starts_with("HTTP/1.1 200"), "The server answers 200.");
}

}  // namespace

HttpServer::HttpServer(Services& services, const Principal& owner)
    : dispatcher_(services, http::routes(), {}, kBodyLimit),
      listener_(must(http::Listener::start(
          "127.0.0.1", 0, {}, [this](http::Request& request) { return dispatcher_.handle(request); },
          [this](const http::Request& request) { return dispatcher_.plan(request); },
          [](const Error& error, const http::Request&) { return http::problem_response(error, ""); }))),
      token_(must(access::create_api_key(services, owner, "bench", std::nullopt)).token) {}

Load HttpServer::run(const LoadPlan& plan) const {
  std::vector<std::vector<double>> times(static_cast<std::size_t>(plan.connections));
  std::atomic<std::uint64_t> counter = 0;
  const auto began = std::chrono::steady_clock::now();
  const auto end = began + std::chrono::seconds(plan.seconds);
  std::vector<std::thread> threads;
  for (auto& own : times) {
    threads.emplace_back([&] {
      const FileDescriptor wire = connect_to(listener_->port());
      std::string answer;
      for (;;) {
        const std::uint64_t n = counter++;
        std::string request = plan.method + " " + plan.paths[n % plan.paths.size()] +
                              " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token_ + "\r\n";
        if (plan.method == "PATCH") {
          const std::string body = "{\"description\":\"change " + std::to_string(n) + "\"}";
          request +=
              "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        } else {
          request += "\r\n";
        }
        const auto sent = std::chrono::steady_clock::now();
        if (sent >= end) return;
        send_all(wire, request);
        read_answer(wire, answer);
        own.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - sent).count());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::vector<double> all;
  for (const auto& own : times) all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end());
  return {.per_second = static_cast<double>(all.size()) / seconds,
          .median_ms = all[all.size() / 2],
          .p99_ms = all[all.size() * 99 / 100],
          .requests = static_cast<std::int64_t>(all.size()),
          .connections = plan.connections};
}

}  // namespace syncline::bench
