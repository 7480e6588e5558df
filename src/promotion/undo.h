#pragma once
// What undoing a run does to its target, from the run's ledger and the rows as they are now.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "promotion/ledger.h"

namespace syncline::promotion {

// `conflict`: the copy was made the target's own since, or another is the copy of its original now. It is left alone.
enum class UndoAction { restored, deleted, recreated, conflict };
std::string_view undo_action_name(UndoAction action);  // "restored": as in reports

struct UndoItem {
  Uuid id;
  Kind kind = Kind::document;
  std::string name;
  std::optional<Uuid> origin;
  UndoAction action = UndoAction::restored;
  std::string_view reason;  // of a conflict: "detached", "copy_exists"
  bool edited = false;      // since the run, by a person or by a later run
  bool adopted = false;
  std::optional<Uuid> edited_by;
  std::optional<TimeMs> edited_at;
  std::vector<store::PackedRow> now;
  std::vector<store::PackedRow> before;
};

inline bool is_deleted(const UndoItem& item) { return item.action == UndoAction::deleted; }
inline bool writes(const UndoItem& item) {
  return item.action == UndoAction::restored || item.action == UndoAction::recreated;
}

struct Undo {
  // In the order of ids; what is as it was before is not among them.
  std::vector<UndoItem> items;
  std::vector<LedgerMark> marks;
  std::vector<LedgerHeld> held;
  bool empties = false;  // nothing is left in the target that could refer to anything
  bool exact = false;    // the pair is then as it was before the run, and what its steps had seen is right again
  store::Watermarks watermarks_now;
  store::Watermarks watermarks_after;
};

// Of this id; null when it is not among the items.
const UndoItem* find_item(const Undo& undo, const Uuid& id);

// Of all that the run changed, or of what is named by kind and id in the target. Error: invalid `unknown_resource`.
Result<Undo> plan_undo(db::Connection& connection, const Pair& pair, Ledger ledger,
                       const std::optional<std::vector<NamedResource>>& named);

// What somebody has changed since: [{kind, id, name, by, at}].
Result<json::Array> find_edits(db::Connection& connection, const Undo& undo);
// What refers to something that is deleted and was written after the run began: [{kind, id, name, refersTo}]. What is
// older did so before the run as well.
Result<json::Array> find_users(db::Connection& connection, const Pair& pair, const Undo& undo, TimeMs since,
                               std::int64_t revision);

// Counts the change in the target, and gives the ledger of the undoing, to which the rows of what is deleted go over.
Result<Ledger> begin_undo(db::Connection& connection, const Pair& pair, Undo& undo);
Done apply_undo(db::Connection& connection, const Pair& pair, const Undo& undo, const Ledger& ledger);

}  // namespace syncline::promotion
