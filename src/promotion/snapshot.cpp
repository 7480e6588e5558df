#include "promotion/snapshot.h"

#include <algorithm>

#include "store/overrides.h"

namespace syncline::promotion {

std::string_view Texts::keep(std::string_view text) {
  constexpr std::size_t kBlock = std::size_t{1} << 18;
  if (text.size() > left_) {
    const std::size_t size = std::max(kBlock, text.size());
    blocks_.push_back(std::unique_ptr<char[]>(new char[size]));  // make_unique would fill it with zeros.
    free_ = blocks_.back().get();
    left_ = size;
  }
  text.copy(free_, text.size());
  const std::string_view kept(free_, text.size());
  free_ += text.size();
  left_ -= text.size();
  return kept;
}

planning::Index Snapshot::add(const store::SourceRow& row) {
  contents.push_back({.description = texts.keep(row.description),
                      .status = row.status ? std::optional(texts.keep(*row.status)) : std::nullopt,
                      .lineage = row.lineage,
                      .published = row.published,
                      .draft = row.draft,
                      .built_ins = row.built_ins,
                      .created_by = row.created_by,
                      .created_at = row.created_at});
  return source.add({.id = row.id,
                     .kind = row.kind,
                     .syncable = row.syncable,
                     .name = texts.keep(row.name),
                     .synced_from = texts.keep(row.synced_from),
                     .origin = row.origin,
                     .digest = row.digest,
                     .refs = texts.keep(row.refs)});
}

planning::Index Snapshot::add(const store::TargetRow& row) {
  return target.add({.id = row.id,
                     .kind = row.kind,
                     .synced_from = texts.keep(row.synced_from),
                     .origin = row.origin,
                     .digest = row.digest,
                     .exceptions = texts.keep(row.exceptions),
                     .edited = row.edited,
                     .live = row.live,
                     .changed_at = row.changed_at,
                     .overridden = overridden.contains(row.id),
                     .detached_from = texts.keep(row.detached_from),
                     .adopted = row.adopted});
}

Done read_overridden(db::Connection& connection, std::string_view target, Snapshot& snapshot) {
  const std::vector<Uuid> ids = TRY(store::list_overridden(connection, target));
  snapshot.overridden.insert(ids.begin(), ids.end());
  return done();
}

Result<Snapshot> read_snapshot(db::Connection& connection, const Pair& pair) {
  Snapshot snapshot;
  TRY(read_overridden(connection, pair.target, snapshot));
  TRY(store::each_source_row(connection, pair.source, [&](const store::SourceRow& row) { snapshot.add(row); }));
  TRY(store::each_target_row(connection, pair.target, [&](const store::TargetRow& row) { snapshot.add(row); }));
  return snapshot;
}

}  // namespace syncline::promotion
