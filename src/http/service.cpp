#include "http/service.h"

#include "access/people.h"
#include "http/metrics.h"
#include "http/openapi.h"
#include "http/routes.h"

namespace syncline::http {
namespace {

constexpr db::Query kReady{"service.ready", "SELECT COUNT(*) FROM deployment"};

}  // namespace

Result<Response> healthz(Context&) { return json_response(200, json::Object{{"status", "ok"}}); }

Result<Response> readyz(Context& context) {
  const auto transaction = TRY(context.services.database.begin_read(db::deployment()));
  const auto rows = TRY(transaction->connection().one(kReady, {}, [](const db::Row& row) { return row.integer(0); }));
  if (rows.value_or(0) != 1) return fail(ErrorKind::unavailable, "not_ready", "The database is not set up.");
  return json_response(200, json::Object{{"status", "ok"}});
}

Result<Response> get_metrics(Context&) {
  return Response{.status = 200, .headers = {{"Content-Type", "text/plain; version=0.0.4"}}, .body = metrics().text()};
}

Result<Response> get_openapi(Context&) {
  static const std::string kDescription = openapi_json(routes());
  return Response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = kDescription};
}

Result<Response> get_setup(Context& context) {
  const bool is_needed = TRY(access::is_deployment_empty(context.services));
  return json_response(200, json::Object{{"needed", is_needed}});
}

}  // namespace syncline::http
