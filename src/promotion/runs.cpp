#include "promotion/runs.h"

#include <utility>

#include <zstd.h>

#include "planning/sync_id.h"

namespace syncline::promotion {
namespace {

std::string compress(std::string_view text) {
  std::string compressed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(compressed.data(), compressed.size(), text.data(), text.size(), 1);
  ensure(ZSTD_isError(size) == 0, "A report can be compressed.");
  compressed.resize(size);
  return compressed;
}

Result<std::string> decompress(std::string_view compressed) {
  const Fail damaged = fail(ErrorKind::internal, "report_damaged", "The report of this run cannot be read.");
  const unsigned long long size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) return damaged;
  std::string text(static_cast<std::size_t>(size), '\0');
  const std::size_t read = ZSTD_decompress(text.data(), text.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(read) != 0 || read != text.size()) return damaged;
  return text;
}

Fail no_such(std::string_view what) {
  return fail(ErrorKind::not_found, "not_found", "There is no such " + std::string(what) + ".");
}

Result<bool> is_member(db::Connection& connection, std::string_view tenant, const Principal& principal) {
  if (principal.tenant == tenant) return true;
  return store::has_account(connection, tenant, principal.person);
}

}  // namespace

Done record_run(db::Connection& connection, const PromotionRequest& request, const Pair& pair, const Report& report) {
  std::string steps;
  for (const Kind step : request.steps) steps.append(steps.empty() ? "" : ",").append(info(step).step);
  return store::insert_run(connection,
                           {.id = report.run_id,
                            .source = pair.source,
                            .target = pair.target,
                            .steps = std::move(steps),
                            .status = "succeeded",
                            .started_by = request.principal.person,
                            .started_at = report.started_at,
                            .finished_at = report.finished_at,
                            .summary = report.summary},
                           compress(report.text));
}

Result<std::vector<store::RunRow>> list_runs(const Services& services, const Principal& principal,
                                             const std::optional<Uuid>& before, std::int64_t limit) {
  const auto transaction = TRY(services.database.begin_read(db::reading(principal.tenant)));
  Uuid newest;
  newest.bytes.fill(0xff);
  return store::list_runs(transaction->connection(), principal.tenant, before.value_or(newest), limit);
}

Result<std::string> get_run(const Services& services, const Principal& principal, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  const auto found = TRY(store::find_run(transaction->connection(), id));
  if (!found) return no_such("run");
  const bool of_source = TRY(is_member(transaction->connection(), found->run.source, principal));
  const bool of_target = TRY(is_member(transaction->connection(), found->run.target, principal));
  if (!of_source && !of_target) return no_such("run");
  return decompress(found->report);
}

Uuid sync_id(std::string_view source, std::string_view target, const Uuid& original) {
  return planning::SyncIds(source, target).of(original);
}

Result<Origin> find_origin(const Services& services, const Principal& principal, std::string_view target,
                           const Uuid& copy) {
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  if (!TRY(is_member(transaction->connection(), target, principal))) return no_such("copy");
  std::optional<Origin> origin;
  TRY(store::find_target_row(transaction->connection(), target, copy, [&](const store::TargetRow& row) {
    if (!row.synced_from.empty()) origin = Origin{std::string(row.synced_from), row.origin};
  }));
  if (!origin) return no_such("copy");
  return std::move(*origin);
}

}  // namespace syncline::promotion
