#include "planning/sync_id.h"

#include <string>

namespace syncline::planning {

SyncIds::SyncIds(std::string_view source, std::string_view target)
    : pair_(make_uuid5(kSyncNamespace, std::string(source) + "/" + std::string(target))) {}

Uuid SyncIds::of(const Uuid& original) const {
  char text[36];
  write_uuid(original, text);
  return make_uuid5(pair_, {text, sizeof text});
}

}  // namespace syncline::planning
