#include "promotion/ledger.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "promotion/compressed.h"
#include "store/ledgers.h"
#include "store/resources.h"

namespace syncline::promotion {
namespace {

namespace column = store::resources_column;

class Writer {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void text(std::string_view text) {
    number(text.size());
    bytes_ += text;
  }
  void fixed(std::uint64_t value) {
    char raw[8];
    std::memcpy(raw, &value, 8);
    bytes_.append(raw, 8);
  }
  void id(const Uuid& id) { bytes_ += id.view(); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what Writer wrote; zstd's checksum has told before that nothing is damaged.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  std::string_view text() { return take(number()); }
  std::uint64_t fixed() {
    std::uint64_t value = 0;
    std::memcpy(&value, take(8).data(), 8);
    return value;
  }
  Uuid id() { return Uuid::from_bytes(take(16)); }

 private:
  std::string_view take(std::size_t count) {
    ensure(count <= rest_.size(), "A ledger has all that it says.");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::string_view rest_;
};

void write_watermarks(Writer& out, const store::Watermarks& watermarks) {
  for (const auto& watermark : watermarks) {
    out.number(watermark ? 1 : 0);
    if (!watermark) continue;
    out.number(static_cast<std::uint64_t>(watermark->source_revision));
    out.number(static_cast<std::uint64_t>(watermark->members));
    out.text(watermark->excluded);
    out.text(watermark->dangling);
  }
}

store::Watermarks read_watermarks(Reader& in) {
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

std::string write_ledger(const Ledger& ledger) {
  Writer out;
  out.number(store::part_tables().size());
  for (const store::PartTable& table : store::part_tables()) out.text(table.name);
  out.number(static_cast<std::uint64_t>(ledger.target_revision));
  out.number(ledger.entries.size());
  for (const LedgerEntry& entry : ledger.entries) {
    out.id(entry.id);
    out.fixed(entry.state);
    out.number(entry.before.size());
    for (const store::PackedRow& row : entry.before) {
      out.number(row.table);
      out.text(row.packed);
    }
  }
  out.number(ledger.marks.size());
  for (const LedgerMark& mark : ledger.marks) {
    out.id(mark.id);
    out.number(mark.live ? 1 : 0);
  }
  write_watermarks(out, ledger.watermarks_before);
  write_watermarks(out, ledger.watermarks_after);
  return out.bytes();
}

std::size_t table_named(std::string_view name) {
  const auto tables = store::part_tables();
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const store::PartTable& table) { return table.name == name; });
  ensure(found != tables.end(), "A table of parts that rows were kept of is still there.");
  return static_cast<std::size_t>(found - tables.begin());
}

Ledger read_ledger(std::string_view bytes) {
  Reader in(bytes);
  Ledger ledger;
  std::vector<std::size_t> tables(in.number());
  for (std::size_t& table : tables) table = table_named(in.text());
  ledger.target_revision = static_cast<std::int64_t>(in.number());
  ledger.entries.resize(in.number());
  for (LedgerEntry& entry : ledger.entries) {
    entry.id = in.id();
    entry.state = in.fixed();
    entry.before.resize(in.number());
    for (store::PackedRow& row : entry.before) {
      row.owner = entry.id;
      row.table = tables.at(in.number());
      row.packed = in.text();
    }
  }
  ledger.marks.resize(in.number());
  for (LedgerMark& mark : ledger.marks) {
    mark.id = in.id();
    mark.live = in.number() != 0;
  }
  ledger.watermarks_before = read_watermarks(in);
  ledger.watermarks_after = read_watermarks(in);
  return ledger;
}

// What the kept rows point at, so that it is not collected while they may be put back.
void keep_reachable(const Ledger& ledger, store::LedgerRow& row) {
  std::vector<Uuid> bodies;
  std::vector<Uuid> lineages;
  std::vector<Uuid> blobs;
  for (const LedgerEntry& entry : ledger.entries) {
    for (const store::PackedRow& packed : entry.before) {
      const store::PartTable& table = store::part_tables()[packed.table];
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const store::PointsAt points_at = table.columns[i].points_at;
        if (points_at == store::PointsAt::nothing) continue;
        const db::Param value = store::packed_column(packed.packed, table, i);
        const Uuid* id = std::get_if<Uuid>(&value);
        if (id == nullptr) continue;
        std::vector<Uuid>& kept = points_at == store::PointsAt::body      ? bodies
                                  : points_at == store::PointsAt::lineage ? lineages
                                                                          : blobs;
        kept.push_back(*id);
      }
    }
  }
  row.body_ids = store::pack_ids(std::move(bodies));
  row.lineage_ids = store::pack_ids(std::move(lineages));
  row.blob_ids = store::pack_ids(std::move(blobs));
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

std::uint64_t state_number(std::string_view packed_resource) {
  const store::PartTable& table = store::part_tables()[store::kResourcesTable];
  const auto at = [&](std::size_t position) { return store::packed_column(packed_resource, table, position); };
  RowState state;
  const std::string_view digest = std::get<db::Bytes>(at(column::kDigest)).view;
  std::memcpy(state.digest.data(), digest.data(), std::min(digest.size(), state.digest.size()));
  const db::Param changed_at = at(column::kChangedAt);
  if (const auto* revision = std::get_if<std::int64_t>(&changed_at)) state.changed_at = *revision;
  state.syncable = std::get<bool>(at(column::kSyncable));
  state.updated_by = std::get<Uuid>(at(column::kUpdatedBy));
  state.updated_at = std::get<std::int64_t>(at(column::kUpdatedAt));
  return state_number(state);
}

bool Ledger::changes_nothing() const {
  return entries.empty() && marks.empty() && watermarks_before == watermarks_after;
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
                                             const std::vector<Uuid>& written, const std::vector<Uuid>& deleted) {
  std::vector<Uuid> all;
  std::merge(written.begin(), written.end(), deleted.begin(), deleted.end(), std::back_inserter(all));
  std::vector<LedgerEntry> entries(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) entries[i].id = all[i];
  for (std::size_t table = 0; table < store::part_tables().size(); ++table) {
    const std::vector<Uuid>& owners = store::part_tables()[table].synced ? all : deleted;
    if (owners.empty()) continue;
    std::vector<store::PackedRow> rows = TRY(store::read_packed_rows(connection, target, table, owners));
    auto entry = entries.begin();
    for (store::PackedRow& row : rows) {  // Both in the order of ids.
      while (entry->id != row.owner) ++entry;
      entry->before.push_back(std::move(row));
    }
  }
  return entries;
}

Done record_ledger(db::Connection& connection, const Services& services, const Pair& pair, const Uuid& run,
                   const Ledger& ledger, TimeMs now) {
  if (ledger.changes_nothing()) return done();
  TRY(store::delete_expired_ledgers(connection, pair.target, now));
  store::LedgerRow row{.run = run, .expires_at = now + services.ledgers_kept_ms};
  keep_reachable(ledger, row);
  row.changes = compress(write_ledger(ledger));
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
