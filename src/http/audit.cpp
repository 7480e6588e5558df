#include "http/audit.h"

#include <algorithm>
#include <charconv>

#include "audit/history.h"

namespace syncline::http {
namespace {

Result<store::AuditFilter> filter_of(const Context& context) {
  store::AuditFilter filter;
  if (const auto action = context.param("action")) filter.action = std::string(*action);
  if (const auto actor = context.param("actor")) {
    filter.actor = parse_uuid(*actor);
    if (!filter.actor) return fail(ErrorKind::invalid, "invalid_id", "`actor` must be the id of a person.");
  }
  if (const auto subject = context.param("subject")) filter.subject = std::string(*subject);
  filter.since = TRY(time_param(context, "since"));
  filter.until = TRY(time_param(context, "until"));
  return filter;
}

Result<std::int64_t> seq_before(const Page& page) {
  if (!page.after) return INT64_MAX;
  std::int64_t seq = 0;
  const char* end = page.after->data() + page.after->size();
  const auto read = std::from_chars(page.after->data(), end, seq);
  if (read.ec != std::errc() || read.ptr != end) {
    return fail(ErrorKind::invalid, "invalid_cursor", "This cursor is not one of ours.");
  }
  return seq;
}

Result<std::optional<Digest>> expected_head(const Context& context) {
  const std::optional<std::string_view> text = context.param("expectHead");
  if (!text) return std::optional<Digest>();
  const auto bytes = from_hex(*text);
  Digest head{};
  if (!bytes.ok() || bytes.value().size() != head.size()) {
    return fail(ErrorKind::invalid, "invalid_hash", "`expectHead` must be 64 hexadecimal digits.");
  }
  std::copy(bytes.value().begin(), bytes.value().end(), head.begin());
  return std::optional(head);
}

}  // namespace

Result<Response> list_audit(Context& context) {
  const Page page = TRY(page_of(context));
  const std::int64_t before = TRY(seq_before(page));
  const store::AuditFilter filter = TRY(filter_of(context));
  const auto rows = TRY(audit::list(context.services.database, context.principal.tenant, filter, before, page.limit));
  json::Array items;
  for (const store::AuditRow& row : rows) items.push_back(audit::row_json(row));
  std::optional<std::string> next;
  if (rows.size() == static_cast<std::size_t>(page.limit)) next = std::to_string(rows.back().seq);
  return json_response(200, list_json(std::move(items), next));
}

Result<Response> export_audit(Context& context) {
  return Response{.status = 200,
                  .headers = {{"Content-Type", "application/x-ndjson"}},
                  .producer = audit::export_lines(context.services.database, context.principal.tenant)};
}

Result<Response> verify_audit(Context& context) {
  const std::optional<Digest> expected = TRY(expected_head(context));
  const audit::Verified verified = TRY(audit::verify(context.services.database, context.principal.tenant, expected));
  return json_response(200, audit::verified_json(verified));
}

}  // namespace syncline::http
