#include "promotion/ledger.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "promotion/compressed.h"
#include "promotion/packing.h"
#include "store/resources.h"

namespace syncline::promotion {
namespace {

namespace column = store::resources_column;

void write_watermarks(PackWriter& out, const store::Watermarks& watermarks) {
  for (const auto& watermark : watermarks) {
    out.number(watermark ? 1 : 0);
    if (!watermark) continue;
    out.number(static_cast<std::uint64_t>(watermark->source_revision));
    out.number(static_cast<std::uint64_t>(watermark->members));
    out.text(watermark->excluded);
    out.text(watermark->dangling);
  }
}

store::Watermarks read_watermarks(PackReader& in) {
  store::Watermarks watermarks;
  for (auto& watermark : watermarks) {
    if (in.number() == 0) continue;
    watermark.emplace();
    watermark->source_revision = static_cast<std::int64_t>(in.number());
    watermark->members = static_cast<std::int64_t>(in.number());
    watermark->excluded = in.text();
    watermark->dangling = in.text();
  }
  return watermarks;
}

void write_release(PackWriter& out, const std::optional<Uuid>& release) {
  out.number(release ? 1 : 0);
  if (release) out.id(*release);
}

std::optional<Uuid> read_release(PackReader& in) { return in.number() == 0 ? std::nullopt : std::optional(in.id()); }

std::string write_ledger(const Ledger& ledger) {
  PackWriter out;
  out.tables();
  out.number(static_cast<std::uint64_t>(ledger.target_revision));
  out.number(ledger.entries.size());
  for (const LedgerEntry& entry : ledger.entries) {
    out.id(entry.id);
    out.fixed(entry.state);
    out.number(entry.before.size());
    for (const store::PackedRow& row : entry.before) out.row(row);
  }
  out.number(ledger.marks.size());
  for (const LedgerMark& mark : ledger.marks) {
    out.id(mark.id);
    out.number(mark.live ? 1 : 0);
  }
  out.number(ledger.held.size());
  for (const LedgerHeld& held : ledger.held) {
    out.id(held.id);
    write_release(out, held.before);
    write_release(out, held.after);
  }
  write_watermarks(out, ledger.watermarks_before);
  write_watermarks(out, ledger.watermarks_after);
  return out.bytes();
}

Ledger read_ledger(std::string_view bytes) {
  PackReader in(bytes);
  Ledger ledger;
  in.tables();
  ledger.target_revision = static_cast<std::int64_t>(in.number());
  ledger.entries.resize(in.number());
  for (LedgerEntry& entry : ledger.entries) {
    entry.id = in.id();
    entry.state = in.fixed();
    entry.before.resize(in.number());
    for (store::PackedRow& row : entry.before) row = in.row(entry.id);
  }
  ledger.marks.resize(in.number());
  for (LedgerMark& mark : ledger.marks) {
    mark.id = in.id();
    mark.live = in.number() != 0;
  }
  ledger.held.resize(in.number());
  for (LedgerHeld& held : ledger.held) {
    held.id = in.id();
    held.before = read_release(in);
    held.after = read_release(in);
  }
  ledger.watermarks_before = read_watermarks(in);
  ledger.watermarks_after = read_watermarks(in);
  return ledger;
}

constexpr std::size_t kLarge = 256;  // entries; of fewer, a thread costs more than the packing

store::LedgerRow row_of(const Ledger& ledger) {
  store::LedgerRow row;
  if (ledger.changes_nothing()) return row;
  Reachable reachable;
  for (const LedgerEntry& entry : ledger.entries) {
    for (const store::PackedRow& packed : entry.before) reachable.add(packed);
  }
  row.body_ids = store::pack_ids(std::move(reachable.bodies));
  row.lineage_ids = store::pack_ids(std::move(reachable.lineages));
  row.blob_ids = store::pack_ids(std::move(reachable.blobs));
  row.changes = compress(write_ledger(ledger));
  return row;
}

void mix(std::uint64_t& state, std::uint64_t value) {
  state = (state ^ value) * 0x9E3779B97F4A7C15ULL;
  state ^= state >> 29;
}

}  // namespace

std::uint64_t state_number(const RowState& state) {
  std::uint64_t words[6];
  std::memcpy(words, state.digest.data(), 32);
  std::memcpy(words + 4, state.updated_by.bytes.data(), 16);
  std::uint64_t number = state.syncable ? 1 : 0;
  mix(number, static_cast<std::uint64_t>(state.changed_at.value_or(-1)));
  mix(number, static_cast<std::uint64_t>(state.updated_at));
  for (const std::uint64_t word : words) mix(number, word);
  return number == 0 ? 1 : number;
}

std::uint64_t state_number(const store::UnpackedRow& row) {
  RowState state;
  const std::string_view digest = row.bytes(column::kDigest);
  std::memcpy(state.digest.data(), digest.data(), std::min(digest.size(), state.digest.size()));
  if (!row.is_null(column::kChangedAt)) state.changed_at = row.integer(column::kChangedAt);
  state.syncable = row.boolean(column::kSyncable);
  state.updated_by = row.uuid(column::kUpdatedBy);
  state.updated_at = row.integer(column::kUpdatedAt);
  return state_number(state);
}

bool Ledger::changes_nothing() const {
  return entries.empty() && marks.empty() && held.empty() && watermarks_before == watermarks_after;
}

Done change_watermarks(db::Connection& connection, const Pair& pair, const store::Watermarks& before,
                       const store::Watermarks& after) {
  for (const KindInfo& kind : kKinds) {
    const auto step = static_cast<std::size_t>(kind.kind);
    if (before[step] == after[step]) continue;
    if (after[step])
      TRY(store::write_watermark(connection, pair.source, pair.target, kind.kind, *after[step]));
    else
      TRY(store::delete_watermark(connection, pair.source, pair.target, kind.kind));
  }
  return done();
}

Result<std::vector<LedgerEntry>> read_before(db::Connection& connection, std::string_view target,
                                             const std::vector<Uuid>& ids, store::Extent extent) {
  std::vector<LedgerEntry> entries(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) entries[i].id = ids[i];
  std::vector<store::PackedRow> rows = TRY(store::read_packed_rows(connection, target, extent, ids));
  auto entry = entries.begin();
  std::size_t table = 0;
  for (store::PackedRow& row : rows) {
    if (std::exchange(table, row.table) != row.table) entry = entries.begin();
    while (entry->id != row.owner) ++entry;
    entry->before.push_back(std::move(row));
  }
  return entries;
}

Done delete_kept(db::Connection& connection, std::string_view target, const std::vector<LedgerEntry>& entries) {
  std::vector<std::vector<Uuid>> owners(store::part_tables().size());
  for (const LedgerEntry& entry : entries) {
    if (entry.state != 0) continue;
    for (const store::PackedRow& row : entry.before) {
      std::vector<Uuid>& of_table = owners[row.table];
      if (of_table.empty() || of_table.back() != entry.id) of_table.push_back(entry.id);
    }
  }
  for (std::size_t table = owners.size(); table-- > 0;) {
    TRY(store::remove_rows(connection, target, table, owners[table]));
  }
  return done();
}

std::future<store::LedgerRow> pack_ledger(const Ledger& ledger) {
  // Where there is no thread to be had, it is packed when it is asked for.
  const auto policy =
      ledger.entries.size() < kLarge ? std::launch::deferred : std::launch::async | std::launch::deferred;
  return std::async(policy, [&ledger] { return row_of(ledger); });
}

Done record_ledger(db::Connection& connection, const Services& services, const Pair& pair, const Uuid& run,
                   std::future<store::LedgerRow> packed, TimeMs now) {
  store::LedgerRow row = packed.get();
  if (row.changes.empty()) return done();
  row.run = run;
  row.expires_at = now + services.ledgers_kept_ms;
  TRY(store::delete_expired_ledgers(connection, pair.target, now));
  return store::insert_ledger(connection, pair.target, row);
}

Result<std::optional<Ledger>> load_ledger(db::Connection& connection, std::string_view target, const Uuid& run,
                                          TimeMs now) {
  const std::optional<std::string> kept = TRY(store::find_ledger(connection, target, run, now));
  if (!kept) return std::optional<Ledger>();
  const std::string bytes = TRY(decompress(*kept));
  return std::optional(read_ledger(bytes));
}

}  // namespace syncline::promotion
