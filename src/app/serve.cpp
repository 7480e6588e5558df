#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "access/people.h"
#include "app/commands.h"
#include "app/deployment.h"
#include "app/housekeeper.h"
#include "app/report.h"
#include "http/dispatch.h"
#include "http/listener.h"
#include "http/problem.h"
#include "http/routes.h"
#include "notify/sender.h"
#include "runs/center.h"

namespace syncline::app {
namespace {

constexpr std::string_view kNobodyYet =
    "nobody is here yet: make the first tenant and its owner with `syncline bootstrap --tenant ID --email ADDRESS "
    "--password-stdin` and the settings of this server, such as --data";

json::Value answered_json(const http::Answered& answered) {
  json::Object line{{"requestId", answered.request_id}, {"method", answered.method}, {"path", answered.path},
                    {"tenant", answered.tenant},        {"status", answered.status}, {"tookMs", answered.took_ms}};
  if (!answered.code.empty()) line.add("code", answered.code);
  if (!answered.context.empty()) line.add("context", answered.context);
  return line;
}

void log_answer(const http::Answered& answered) {
  const std::string line = json::write(answered_json(answered));
  if (answered.status >= 500)
    spdlog::error("{}", line);
  else
    spdlog::info("{}", line);
}

void set_up_log() {
  const auto logger = spdlog::stderr_logger_mt("syncline");
  logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(logger);
}

void log_text(std::string_view text) {
  std::string quoted;
  json::append_string(quoted, text);
  spdlog::info("{}", quoted);
}

// Whole or not at all: who waits for the file reads it as soon as it is there.
Done write_port_file(const std::string& path, std::uint16_t port) {
  const std::string unfinished = path + ".tmp";
  std::ofstream(unfinished) << port << '\n';
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
    return fail(ErrorKind::invalid, "port_file_unwritable", "The port file " + path + " cannot be written.");
  }
  return done();
}

// Blocked before any thread starts, so that all threads leave them to wait_for_stop.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

http::Limits limits_of(const Options& options) {
  const auto size = [&](const char* name) { return static_cast<std::size_t>(options.number(name)); };
  const auto number = [&](const char* name) { return static_cast<int>(options.number(name)); };
  return {.body = size("body-limit"),
          .header_bytes = size("header-bytes"),
          .header_fields = size("header-fields"),
          .target = size("target-bytes"),
          .header_timeout_ms = number("header-timeout-ms"),
          .idle_timeout_ms = number("idle-timeout-ms"),
          .min_body_rate = size("min-body-rate"),
          .body_grace_ms = number("body-grace-ms"),
          .write_timeout_ms = number("write-timeout-ms"),
          .event_heartbeat_ms = number("event-heartbeat-ms"),
          .loops = static_cast<unsigned>(options.number("loops")),
          .workers = static_cast<unsigned>(options.number("workers")),
          .queue = size("queue"),
          .connections = size("connections"),
          .drain_ms = number("drain-ms")};
}

runs::Settings run_settings_of(const Options& options) {
  return {.workers = static_cast<unsigned>(std::max<std::int64_t>(options.number("run-workers"), 1)),
          .queue = static_cast<std::size_t>(options.number("run-queue")),
          .lease_ms = options.number("run-lease-ms")};
}

Result<std::unique_ptr<http::Listener>> start_listener(const Options& options, const http::Dispatcher& dispatcher,
                                                       const Services& services) {
  return http::Listener::start(
      options.host(), options.port(), limits_of(options),
      [&](http::Request& request) { return dispatcher.handle(request); },
      [&](const http::Request& request) { return dispatcher.plan(request); },
      [&](const Error& error, const http::Request& request) {
        const std::string id = make_uuid7(services.clock()).text();
        http::Response response = http::problem_response(error, id);
        response.set("X-Request-Id", id);
        log_answer({.request_id = id,
                    .method = request.method,
                    .path = request.path,
                    .status = response.status,
                    .code = error.code,
                    .context = error.context});
        return response;
      });
}

Done run_server(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const sigset_t signals = block_stop_signals();
  set_up_log();
  const std::unique_ptr<Deployment> deployment = TRY(Deployment::open(options));
  const std::unique_ptr<db::Notifier> notifier = make_notifier(options);
  runs::Center center(deployment->services(), *notifier, run_settings_of(options));
  deployment->services().runs = &center;
  deployment->services().allow_private_webhooks = options.number("webhook-allow-private") == 1;
  TRY(center.start());
  notify::Sender sender(deployment->services(), {.retry_ms = options.number("webhook-retry-ms")});
  const http::Dispatcher dispatcher(deployment->services(), http::routes(), log_answer,
                                    static_cast<std::size_t>(options.number("body-limit")));
  const std::unique_ptr<http::Listener> listener = TRY(start_listener(options, dispatcher, deployment->services()));
  log_text("listening on " + options.host() + ":" + std::to_string(listener->port()));
  const bool is_empty = TRY(access::is_deployment_empty(deployment->services()));
  if (is_empty) log_text(kNobodyYet);
  if (!options.text("port-file").empty()) TRY(write_port_file(options.text("port-file"), listener->port()));
  const Housekeeper housekeeper(
      deployment->services(),
      {.every_ms = options.number("sweep-every-ms"), .grace_ms = options.number("sweep-grace-ms")},
      [](const std::string& line) { spdlog::info("{}", line); });
  int received = 0;
  sigwait(&signals, &received);
  log_text("stopping");
  listener->stop();
  center.stop(options.number("drain-ms"));
  return done();
}

}  // namespace

int serve(const Arguments& arguments) { return exit_code_of(run_server(arguments)); }

}  // namespace syncline::app
