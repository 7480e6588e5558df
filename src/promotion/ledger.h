#pragma once
// What a run changed in the target: the rows as they were before, and enough of how it left them to tell whether
// somebody has changed them since. Undoing the run writes the rows back (X45).

#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/services.h"
#include "promotion/request.h"
#include "store/ledgers.h"
#include "store/part_tables.h"
#include "store/promotion.h"

namespace syncline::promotion {

// The state of a row as far as somebody's change shows in it; whether it is live is no change of anybody's.
struct RowState {
  Digest digest{};
  std::optional<std::int64_t> changed_at;
  bool syncable = false;
  Uuid updated_by;
  TimeMs updated_at = 0;
};
std::uint64_t state_number(const RowState& state);  // never 0
std::uint64_t state_number(const store::UnpackedRow& resource);

struct LedgerEntry {
  Uuid id;
  std::uint64_t state = 0;               // as the run left it; 0: gone
  std::vector<store::PackedRow> before;  // that of `resources` is the first; none: it was not there
};
// Of a row that was not written otherwise.
struct LedgerMark {
  Uuid id;
  bool live = false;  // before
};
// A copy that was not written, but now counts to another release.
struct LedgerHeld {
  Uuid id;
  std::optional<Uuid> before;
  std::optional<Uuid> after;
};
struct Ledger {
  std::int64_t target_revision = 0;  // once the run had changed it
  std::vector<LedgerEntry> entries;  // in the order of ids
  std::vector<LedgerMark> marks;
  std::vector<LedgerHeld> held;
  store::Watermarks watermarks_before;
  store::Watermarks watermarks_after;

  bool changes_nothing() const;
};

// Brings the pair's watermarks from one state to another.
Done change_watermarks(db::Connection& connection, const Pair& pair, const store::Watermarks& before,
                       const store::Watermarks& after);

// The rows as they are now, of what is about to be written, or of what is deleted with all its parts: ids in order.
Result<std::vector<LedgerEntry>> read_before(db::Connection& connection, std::string_view target,
                                             const std::vector<Uuid>& ids, store::Extent extent);

// Deletes what the entries say is gone, with all its parts.
Done delete_kept(db::Connection& connection, std::string_view target, const std::vector<LedgerEntry>& entries);

// As the database keeps it; without `changes`, when it says nothing. A large ledger is packed beside what goes on
// meanwhile, which takes as long as the writes themselves: it must stay as it is until the future has been asked.
std::future<store::LedgerRow> pack_ledger(const Ledger& ledger);
// Keeps the ledger, unless it says nothing, for as long as ledgers are kept.
Done record_ledger(db::Connection& connection, const Services& services, const Pair& pair, const Uuid& run,
                   std::future<store::LedgerRow> packed, TimeMs now);
// Nothing when the run changed nothing or its ledger has expired.
Result<std::optional<Ledger>> load_ledger(db::Connection& connection, std::string_view target, const Uuid& run,
                                          TimeMs now);

}  // namespace syncline::promotion
