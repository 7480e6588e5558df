#include "planning/inventory.h"

namespace syncline::planning {

void IdIndex::grow(unsigned bits) {
  std::vector<Slot> before(std::size_t{1} << bits);
  before.swap(slots_);
  shift_ = 64 - bits;
  used_ = 0;
  for (const Slot& slot : before) {
    if (slot.value != kNone) insert(slot.id, slot.value);
  }
}

void IdIndex::reserve(std::size_t count) {
  unsigned bits = 4;
  while ((std::size_t{1} << bits) < count * 2) ++bits;
  if ((std::size_t{1} << bits) > slots_.size()) grow(bits);
}

void IdIndex::insert(const Uuid& id, Index value) {
  if (slots_.size() < (used_ + 1) * 2) reserve((used_ + 1) * 4);
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = start(id);
  while (slots_[place].value != kNone) place = (place + 1) & mask;
  slots_[place] = {id, value};
  ++used_;
}

Index IdIndex::find(const Uuid& id) const {
  if (slots_.empty()) return kNone;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t place = start(id); slots_[place].value != kNone; place = (place + 1) & mask) {
    if (slots_[place].id == id) return slots_[place].value;
  }
  return kNone;
}

}  // namespace syncline::planning
