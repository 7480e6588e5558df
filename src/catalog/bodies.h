#pragma once
// Bodies are immutable texts in the ids of one tenant, their space. A copy shares its original's bodies; reading one
// through the copy puts the copy's ids in place of the original's.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "planning/sync_id.h"
#include "store/resources.h"

namespace syncline::catalog {

// Turns ids of a space into those a tenant knows the same things by.
class IdMapping {
 public:
  // `exceptions`: packed pairs (id there, id here) where the derived id does not apply. All views must outlive this.
  IdMapping(std::string_view space, std::string_view tenant, std::string_view exceptions);
  Uuid of(const Uuid& id) const;

 private:
  bool same_;
  planning::SyncIds derived_;
  std::string_view exceptions_;
};

struct MadeBody {
  store::BodyRow body;           // not inserted yet
  std::vector<Uuid> unresolved;  // ids in it that name nothing in the tenant
};
// Looks each mentioned id up in the tenant.
Result<MadeBody> make_body(db::Connection& connection, std::string_view tenant, std::string text, TimeMs now);

// The text as the tenant's row shows it: each mention of an id in refs mapped, all else untouched.
std::string render_body(std::string_view tenant, const store::ResourceRow& row, const store::BodyRow& body);
// The ids a body refers to, as the tenant knows them.
std::vector<Uuid> rendered_refs(std::string_view tenant, const store::ResourceRow& row, const store::BodyRow& body);

}  // namespace syncline::catalog
