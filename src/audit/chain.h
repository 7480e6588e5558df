#pragma once
// The chain of a tenant's audit rows. The hash of a row is SHA-256 over "syncline-audit-1" and its fields in the order
// of store/audit.h, up to and with the hash of the row before. Each field is written as its length (8 bytes, the
// highest first) and its bytes: numbers are 8 bytes, ids 16, what there is not is empty. An edit, a deletion, an
// insertion or another order breaks the chain; that its end was cut off shows only beside a hash kept elsewhere.

#include <optional>

#include "store/audit.h"

namespace syncline::audit {

Digest hash_of(const store::AuditRow& row);

struct Verdict {
  std::int64_t rows = 0;
  Digest head{};                               // of the last row looked at
  std::optional<std::int64_t> first_bad = {};  // the number of the first row that does not fit
  bool expected_head_found = false;
};

// Takes the rows of one tenant in order and tells whether they are a chain from its first row on.
class ChainCheck {
 public:
  explicit ChainCheck(std::string tenant, std::optional<Digest> expected_head = {})
      : tenant_(std::move(tenant)), expected_head_(expected_head) {}
  void take(const store::AuditRow& row);
  const Verdict& verdict() const { return verdict_; }
  // Also that the expected head, if there is one, was in the chain.
  bool is_valid() const { return !verdict_.first_bad && (!expected_head_ || verdict_.expected_head_found); }

 private:
  std::string tenant_;
  std::optional<Digest> expected_head_;
  Verdict verdict_;
};

}  // namespace syncline::audit
