#include "upkeep/sweep.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "store/garbage.h"
#include "store/people.h"
#include "store/plans.h"
#include "store/sign_in_failures.h"

namespace syncline::upkeep {
namespace {

using store::Pointee;
using Ids = std::unordered_set<Uuid, UuidHash>;

constexpr std::array kKinds = {Pointee::lineage, Pointee::body, Pointee::blob};
constexpr std::size_t kAtOnce = 1000;  // rows of a transaction: SQLite's other writers wait meanwhile
constexpr TimeMs kFailuresKept = 3'600'000;
constexpr TimeMs kPlansKept = 7 * 24 * TimeMs{3'600'000};  // once they have expired: who missed it may see why

// What is to be done about one kind.
struct Decision {
  std::vector<Uuid> reachable_again;
  std::vector<Uuid> newly_unreachable;
  std::vector<Uuid> due;
};

Result<Ids> pointed_at(db::Connection& connection, Pointee kind) {
  Ids ids;
  TRY(store::each_pointed(connection, kind, [&](const store::Pointed& pointed) { ids.insert(pointed.id); }));
  return ids;
}

Decision decide(const std::vector<Uuid>& all, const Ids& reachable, const std::vector<store::Marked>& marked,
                TimeMs due_before) {
  Decision decision;
  Ids known;
  for (const store::Marked& mark : marked) {
    known.insert(mark.id);
    if (reachable.contains(mark.id))
      decision.reachable_again.push_back(mark.id);
    else if (mark.marked_at < due_before)
      decision.due.push_back(mark.id);
  }
  for (const Uuid& id : all) {
    if (!reachable.contains(id) && !known.contains(id)) decision.newly_unreachable.push_back(id);
  }
  return decision;
}

Result<Decision> look_at(const Services& services, Pointee kind, TimeMs due_before) {
  // Before the rows are read: a blob whose row comes in between is in neither.
  std::vector<Uuid> all;
  if (kind == Pointee::blob) all = TRY(services.blobs.list());
  const auto transaction = TRY(services.database.begin_read(db::deployment()));
  db::Connection& connection = transaction->connection();
  if (kind != Pointee::blob) all = TRY(store::list_all(connection, kind));
  const Ids reachable = TRY(pointed_at(connection, kind));
  std::vector<store::Marked> marked = TRY(store::list_garbage(connection));
  std::erase_if(marked, [&](const store::Marked& mark) { return mark.kind != kind; });
  return decide(all, reachable, marked, due_before);
}

// Calls `work` on a transaction of its own for each so many ids.
template <typename Work>
Done in_parts(const Services& services, const SweepRules& rules, std::span<const Uuid> ids, Work work) {
  while (!ids.empty() && rules.go_on()) {
    const std::span<const Uuid> part = ids.first(std::min(kAtOnce, ids.size()));
    const auto transaction = TRY(services.database.begin_write(db::deployment()));
    TRY(work(transaction->connection(), part));
    TRY(transaction->commit());
    ids = ids.subspan(part.size());
  }
  return done();
}

Done remove(const Services& services, Pointee kind, db::Connection& connection, std::span<const Uuid> ids) {
  if (kind == Pointee::blob) {
    for (const Uuid& id : ids) TRY(services.blobs.remove(id));
  } else {
    TRY(store::delete_all(connection, kind, ids));
  }
  return store::unmark_garbage(connection, kind, ids);
}

std::int64_t& count_of(Swept& swept, Pointee kind) {
  switch (kind) {
    case Pointee::blob: return swept.blobs;
    case Pointee::body: return swept.bodies;
    case Pointee::lineage: break;
  }
  return swept.lineages;
}

Done sweep_kind(const Services& services, const SweepRules& rules, Pointee kind, Swept& swept) {
  const TimeMs now = services.clock();
  const Decision decision = TRY(look_at(services, kind, now - rules.grace_ms));
  TRY(in_parts(services, rules, decision.reachable_again, [&](db::Connection& connection, std::span<const Uuid> ids) {
    return store::unmark_garbage(connection, kind, ids);
  }));
  TRY(in_parts(services, rules, decision.newly_unreachable, [&](db::Connection& connection, std::span<const Uuid> ids) {
    swept.marked += static_cast<std::int64_t>(ids.size());
    return store::mark_garbage(connection, kind, ids, now);
  }));
  return in_parts(services, rules, decision.due, [&](db::Connection& connection, std::span<const Uuid> ids) {
    count_of(swept, kind) += static_cast<std::int64_t>(ids.size());
    return remove(services, kind, connection, ids);
  });
}

// One that was applied says how its run came about, and stays with it.
Done sweep_plans(const Services& services, const SweepRules& rules, Swept& swept) {
  while (rules.go_on()) {
    const auto transaction = TRY(services.database.begin_write(db::deployment()));
    const std::int64_t count =
        TRY(store::delete_expired_plans(transaction->connection(), services.clock() - kPlansKept, kAtOnce));
    TRY(transaction->commit());
    swept.plans += count;
    if (count < static_cast<std::int64_t>(kAtOnce)) break;
  }
  return done();
}

// Whether what is stored is what the digest is of.
Result<bool> is_undamaged(std::unique_ptr<blobs::Reader> stored, const Digest& sha256) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  const std::unique_ptr<blobs::Reader> reader = blobs::verified(std::move(stored), sha256);
  std::vector<char> piece(kPiece);
  for (std::uint64_t offset = 0; offset < reader->size();) {
    const auto read = reader->read_at(offset, piece.data(), piece.size());
    if (!read.ok() && read.error().code == "blob_damaged") return false;
    const std::size_t count = TRY(read);
    if (count == 0) return false;
    offset += count;
  }
  return true;
}

// `before`: what the row before it points at, in the order of blobs and digests.
Done examine_blob(const Services& services, Depth depth, const store::Pointed& blob, const store::Pointed* before,
                  Findings& findings) {
  const bool is_first = before == nullptr || before->id != blob.id;
  if (is_first) ++findings.blobs;
  auto reader = services.blobs.open(blob.id);
  if (!reader.ok()) {
    if (reader.error().code != "blob_missing") return Fail{reader.error()};
    findings.missing_blobs += is_first ? 1 : 0;
    return done();
  }
  if (blob.size && static_cast<std::uint64_t>(*blob.size) != reader.value()->size()) {
    ++findings.wrong_blobs;
    return done();
  }
  if (depth == Depth::sizes || !blob.sha256 || (!is_first && before->sha256 == blob.sha256)) return done();
  if (!TRY(is_undamaged(std::move(reader).value(), *blob.sha256))) ++findings.damaged_blobs;
  return done();
}

}  // namespace

Result<Swept> sweep(const Services& services, const SweepRules& rules) {
  Swept swept;
  {
    const auto transaction = TRY(services.database.begin_write(db::deployment()));
    const TimeMs now = services.clock();
    swept.sessions = TRY(store::delete_all_expired_sessions(transaction->connection(), now));
    TRY(store::delete_sign_in_failures(transaction->connection(), now - kFailuresKept));
    TRY(transaction->commit());
  }
  TRY(sweep_plans(services, rules, swept));
  for (const Pointee kind : kKinds) {
    if (rules.go_on()) TRY(sweep_kind(services, rules, kind, swept));
  }
  return swept;
}

Result<Findings> examine(const Services& services, Depth depth) {
  std::vector<store::Pointed> blobs;
  Findings findings;
  {
    const auto transaction = TRY(services.database.begin_read(db::deployment()));
    db::Connection& connection = transaction->connection();
    TRY(store::each_pointed(connection, Pointee::blob, [&](const store::Pointed& blob) { blobs.push_back(blob); }));
    Ids missing = TRY(pointed_at(connection, Pointee::body));
    const std::vector<Uuid> bodies = TRY(store::list_all(connection, Pointee::body));
    for (const Uuid& body : bodies) missing.erase(body);
    findings.missing_bodies = static_cast<std::int64_t>(missing.size());
    findings.incomplete_lineages = TRY(store::count_incomplete_lineages(connection));
    findings.stray_parts = TRY(store::count_stray_parts(connection));
  }
  std::sort(blobs.begin(), blobs.end(),
            [](const auto& a, const auto& b) { return std::tie(a.id, a.sha256) < std::tie(b.id, b.sha256); });
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    TRY(examine_blob(services, depth, blobs[i], i == 0 ? nullptr : &blobs[i - 1], findings));
  }
  return findings;
}

}  // namespace syncline::upkeep
