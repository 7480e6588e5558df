#include "catalog/parts.h"

#include <utility>

#include "catalog/digest.h"
#include "catalog/view.h"

namespace syncline::catalog {

Result<store::ResourceRow> find_owner(db::Connection& connection, std::string_view tenant, const ResourceKey& key,
                                      IfMatch if_match) {
  std::optional<store::ResourceRow> row = TRY(store::find_resource(connection, tenant, key.id));
  if (!row || row->kind != key.kind) return fail(ErrorKind::not_found, "not_found", "There is no such resource.");
  if (!if_match.empty() && !names_etag(if_match, etag_of(*row))) {
    return fail(ErrorKind::stale, "stale", "The resource has changed since you read it.");
  }
  return std::move(*row);
}

Done touch_owner(db::Connection& connection, const Principal& who, store::ResourceRow row, TimeMs now,
                 Mentions mentions) {
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  return touch(connection, who.tenant, row, revision, who, now, mentions);
}

Done record_change(db::Connection& connection, const Principal& who, TimeMs now, std::string_view action,
                   const store::ResourceRow& row, json::Object details) {
  return audit::record(
      connection, who, now,
      {.action = action, .subject = {info(row.kind).step, row.id.text(), row.name}, .details = std::move(details)});
}

}  // namespace syncline::catalog
