#pragma once
// Runs: their history, and the one that is on its way.

#include "http/api.h"

namespace syncline::http {

Result<Response> list_runs(Context& context);   // ?source=&target=&status=&kind=&startedBy=&since=&until=
Result<Response> get_run(Context& context);     // path: id
Result<Response> run_events(Context& context);  // path: id; server-sent events, after Last-Event-ID
Result<Response> cancel_run(Context& context);  // path: id

}  // namespace syncline::http
