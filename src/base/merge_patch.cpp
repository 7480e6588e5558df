#include "base/merge_patch.h"

#include <utility>

namespace syncline::json {

// As deep as the parser lets a patch be.
Value merge_patch(Value target, const Value& patch) {
  if (patch.object() == nullptr) return patch;
  if (target.object() == nullptr) target = Object();
  Object& object = *target.object();
  for (const Member& member : patch.object()->members()) {
    if (member.value.is_null()) {
      object.erase(member.name);
      continue;
    }
    const Value* before = object.find(member.name);
    object.set(member.name, merge_patch(before == nullptr ? Value() : *before, member.value));
  }
  return target;
}

}  // namespace syncline::json
