#include "promotion/drift.h"

#include "base/json.h"
#include "catalog/view.h"

namespace syncline::promotion {

Done check_drift(db::Connection& connection, const PromotionRequest& request, const Computed& computed) {
  if (request.on_drift != planning::OnDrift::fail) return done();
  const std::string& target = computed.pair.target;
  catalog::People people(connection);
  json::Array drifted;
  for (const planning::Change& change : computed.plan.changes) {
    if (!change.drifted) continue;
    const std::optional<store::ResourceRow> row = TRY(store::find_resource(connection, target, change.id));
    ensure(row.has_value(), "What has drifted is there.");
    json::Object item{{"kind", info(row->kind).step}, {"id", row->id.text()}, {"name", row->name}};
    item.add("editedBy", TRY(people.of(row->updated_by)));
    item.add("editedAt", format_time(row->updated_at));
    drifted.push_back(std::move(item));
  }
  if (drifted.empty()) return done();
  return Fail{{.kind = ErrorKind::conflict,
               .code = "drift",
               .message = "Copies were edited in " + target + " since they were synced.",
               .extension_json = "\"drifted\":" + json::write(json::Value(std::move(drifted)))}};
}

}  // namespace syncline::promotion
