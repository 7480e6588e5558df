#pragma once
// Sync: the authenticated tenant is the source.

#include "http/api.h"

namespace syncline::http {

Result<Response> sync_steps(Context& context);
Result<Response> sync_step(Context& context);  // path: target, step
Result<Response> sync_all(Context& context);   // path: target
Result<Response> make_plan(Context& context);  // path: target
Result<Response> list_plans(Context& context);
Result<Response> get_plan(Context& context);        // path: id
Result<Response> get_plan_graph(Context& context);  // path: id
Result<Response> approve_plan(Context& context);    // path: id
Result<Response> deny_plan(Context& context);       // path: id
Result<Response> list_approvals(Context& context);
Result<Response> plan_rollback(Context& context);  // path: id
Result<Response> roll_back_run(Context& context);  // path: id
Result<Response> create_release(Context& context);
Result<Response> list_releases(Context& context);
Result<Response> get_release(Context& context);  // path: id
Result<Response> sync_matrix(Context& context);
Result<Response> sync_id(Context& context);  // ?source=&target=&id= or ?target=&copyId=

}  // namespace syncline::http
