#include "http/problem.h"

#include <string>

#include "base/json.h"

namespace syncline::http {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    default: return "Internal Server Error";
  }
}

// Errors of the protocol have statuses of their own.
int status_of_error(const Error& error) {
  if (error.code == "request_timeout") return 408;
  if (error.code == "target_too_long") return 414;
  if (error.code == "headers_too_large") return 431;
  if (error.code == "expectation_failed") return 417;
  return http::status_of(error.kind);
}

}  // namespace

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed: return 400;
    case ErrorKind::unauthenticated: return 401;
    case ErrorKind::forbidden: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::method_not_allowed: return 405;
    case ErrorKind::conflict: return 409;
    case ErrorKind::stale: return 412;
    case ErrorKind::too_large: return 413;
    case ErrorKind::unsupported_media: return 415;
    case ErrorKind::range: return 416;
    case ErrorKind::invalid: return 422;
    case ErrorKind::throttled: return 429;
    case ErrorKind::internal: return 500;
    case ErrorKind::unavailable: return 503;
    case ErrorKind::full: return 507;
  }
  return 500;
}

Response problem_response(const Error& error, std::string_view request_id) {
  const int status = status_of_error(error);
  json::Object problem{{"type", "urn:syncline:problem:" + error.code},
                       {"title", title_of(status)},
                       {"status", status},
                       {"code", error.code},
                       {"detail", error.message}};
  json::Array errors;
  for (const FieldError& field : error.fields) {
    errors.emplace_back(json::Object{{"pointer", field.pointer}, {"detail", field.detail}});
  }
  problem.add("errors", std::move(errors));
  problem.add("requestId", request_id);
  std::string body = json::write(problem);
  if (!error.extension_json.empty()) body.insert(body.size() - 1, "," + error.extension_json);
  Response response{
      .status = status, .headers = {{"Content-Type", "application/problem+json"}}, .body = std::move(body)};
  if (status == 503 || status == 429) response.set("Retry-After", "1");
  if (status == 401) response.set("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace syncline::http
