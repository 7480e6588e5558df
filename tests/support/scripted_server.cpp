#include "support/scripted_server.h"

#include <algorithm>
#include <stdexcept>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace syncline::test {

ScriptedServer::ScriptedServer(std::vector<std::string> answers)
    : answers_(std::move(answers)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 16) != 0 ||
      ::getsockname(socket_, generic, &size) != 0) {
    throw std::runtime_error("no socket on loopback");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
  for (const int client : silent_) ::close(client);
}

std::vector<std::string> ScriptedServer::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

void ScriptedServer::serve() {
  for (std::size_t i = 0;; ++i) {
    const int client = ::accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    answer(client, answers_[std::min(i, answers_.size() - 1)]);
  }
}

void ScriptedServer::answer(int client, const std::string& text) {
  std::string question(16 * 1024, '\0');
  const ssize_t got = ::recv(client, question.data(), question.size(), 0);
  question.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  const std::lock_guard lock(mutex_);
  questions_.push_back(std::move(question));
  if (text == "…") {
    silent_.push_back(client);
    return;
  }
  (void)::send(client, text.data(), text.size(), MSG_NOSIGNAL);
  ::close(client);
}

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

}  // namespace syncline::test
