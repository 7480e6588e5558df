#pragma once
// Errors as RFC 9457 problem documents.

#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace syncline::http {

// The one table of kinds of errors and HTTP statuses.
int status_of(ErrorKind kind);
// {type, title, status, code, detail, errors: [{pointer, detail}], requestId}. The context stays in the log.
Response problem_response(const Error& error, std::string_view request_id);

}  // namespace syncline::http
