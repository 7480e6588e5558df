#pragma once
// A server on loopback that gives prepared answers, one a connection, whatever it is asked, and keeps the questions.

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace syncline::test {

class ScriptedServer {
 public:
  // An empty answer is a connection that is cut; "…" one on which nothing ever comes. The last one is repeated.
  explicit ScriptedServer(std::vector<std::string> answers);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<std::string> questions() const;

 private:
  void serve();
  void answer(int client, const std::string& text);

  std::vector<std::string> answers_;
  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> questions_;
  std::vector<int> silent_;
  std::thread thread_;
};

// HTTP/1.1 with that body, and the connection closed after it.
std::string http_answer(int status, const std::string& body, const std::string& headers = "");

}  // namespace syncline::test
