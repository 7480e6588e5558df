#pragma once
// What a promotion reads and writes: many rows at a time, read in place. Also `watermarks`.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "db/connection.h"
#include "model/kinds.h"

namespace syncline::store {

// Views are valid during the visit.
struct SourceRow {
  Uuid id;
  Kind kind = Kind::document;
  std::string_view name;
  std::string_view description;
  bool syncable = false;
  std::optional<std::string_view> status;
  std::string_view synced_from;  // "" for its own
  Uuid origin;
  Uuid lineage;
  std::int64_t published = 0;
  std::optional<Uuid> draft;
  std::string_view refs;
  std::uint32_t built_ins = 0;
  Digest digest{};
  std::int64_t changed_at = 0;  // 0 for copies as they were synced
  Uuid created_by;
  TimeMs created_at = 0;
};
using SourceVisitor = std::function<void(const SourceRow&)>;

Done each_source_row(db::Connection& connection, std::string_view tenant, const SourceVisitor& visit);
// Own resources that changed after `revision`, at most `limit`.
Done each_changed_row(db::Connection& connection, std::string_view tenant, std::int64_t revision, std::int64_t limit,
                      const SourceVisitor& visit);
Done find_source_row(db::Connection& connection, std::string_view tenant, const Uuid& id, const SourceVisitor& visit);

struct TargetRow {
  Uuid id;
  Kind kind = Kind::document;
  std::string_view synced_from;
  Uuid origin;
  Digest digest{};
  std::string_view exceptions;
  bool edited = false;
  bool live = false;
  std::int64_t changed_at = 0;          // 0 for copies as they were synced
  std::string_view detached_from = {};  // "" when it was not
  bool adopted = false;
};
using TargetVisitor = std::function<void(const TargetRow&)>;

Done each_target_row(db::Connection& connection, std::string_view tenant, const TargetVisitor& visit);
Done find_target_row(db::Connection& connection, std::string_view tenant, const Uuid& id, const TargetVisitor& visit);

struct EditedCopy {
  Kind kind = Kind::document;
  Uuid origin;
};
// Those that the tenant has adopted, also when they were detached since.
Done each_adopted_row(db::Connection& connection, std::string_view tenant, const TargetVisitor& visit);

// Copies from `source` that were detached in the tenant.
Result<std::vector<EditedCopy>> list_detached(db::Connection& connection, std::string_view tenant,
                                              std::string_view source);
// Copies from `source` that were edited in the tenant, at most `limit`.
Result<std::vector<EditedCopy>> list_edited_copies(db::Connection& connection, std::string_view tenant,
                                                   std::string_view source, std::int64_t limit);

// Copies from `source` that no full run since has found in the closure.
Done each_orphan(db::Connection& connection, std::string_view tenant, std::string_view source,
                 const std::function<void(Kind, const Uuid& id, const Uuid& origin)>& visit);
Result<std::int64_t> count_copies(db::Connection& connection, std::string_view tenant, std::string_view source);

// Edited copies that have more published versions than their originals.
Result<std::int64_t> count_copies_ahead(db::Connection& connection, std::string_view tenant, std::string_view source);

struct Revisions {
  std::int64_t revision = 0;
  std::int64_t shrunk_at = 0;
};
Result<Revisions> read_revisions(db::Connection& connection, std::string_view tenant);

// A copy as it is written; the views must outlive the call.
struct CopyRow {
  Uuid id;
  Kind kind = Kind::document;
  std::string_view name;
  std::string_view description;
  std::optional<std::string_view> status;
  Uuid origin;
  Uuid lineage;
  std::int64_t published = 0;
  std::optional<Uuid> draft;
  std::string_view exceptions;  // "" for none
  Digest digest{};
  bool live = true;
  Uuid created_by;
  TimeMs created_at = 0;
  std::optional<Uuid> release = {};  // the release it holds
};
// Gives the n-th row; called once for each n.
using CopyRows = std::function<CopyRow(std::size_t)>;
Done upsert_copies(db::Connection& connection, std::string_view source, std::string_view target, const Uuid& actor,
                   TimeMs now, std::size_t count, const CopyRows& rows);
Done write_marks(db::Connection& connection, std::string_view tenant, std::size_t count,
                 const std::function<std::pair<Uuid, bool>(std::size_t)>& marks);

// The parts of resources that stand in tables of their own. `owner`: of all when it is empty.
struct CredentialPart {
  Uuid owner;
  std::string field;
  std::optional<std::string> sealed;
  std::optional<std::string> template_text;
  std::string fingerprint;
};
Result<std::vector<CredentialPart>> list_credential_parts(db::Connection& connection, std::string_view tenant,
                                                          const std::optional<Uuid>& owner);
Done upsert_credential_parts(db::Connection& connection, std::string_view tenant, TimeMs now,
                             const std::vector<CredentialPart>& parts);
Done delete_credential_part(db::Connection& connection, std::string_view tenant, const CredentialPart& part);

struct ContentPart {
  Uuid owner;
  Uuid blob;
  std::int64_t size = 0;
  std::string sha256;
  std::string media_type;
};
Result<std::vector<ContentPart>> list_content_parts(db::Connection& connection, std::string_view tenant,
                                                    const std::optional<Uuid>& owner);
Done insert_content_parts(db::Connection& connection, std::string_view tenant, TimeMs now,
                          const std::vector<ContentPart>& parts);
Done delete_content_parts(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& owners);

struct EmbeddingPart {
  Uuid owner;  // the knowledge base
  Uuid document;
  Uuid blob;
  std::int64_t chunks = 0;
  std::int64_t dimensions = 0;
  std::int64_t size = 0;
  std::string sha256;
};
Result<std::vector<EmbeddingPart>> list_embedding_parts(db::Connection& connection, std::string_view tenant,
                                                        const std::optional<Uuid>& owner);
Done insert_embedding_parts(db::Connection& connection, std::string_view tenant, TimeMs now,
                            const std::vector<EmbeddingPart>& parts);
Done delete_embedding_parts(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& owners);

// Names of variables that resources of the source use and the target does not have, in the order of bytes.
Result<std::vector<std::string>> list_missing_variables(db::Connection& connection, std::string_view source,
                                                        std::string_view target);
Result<bool> has_variable(db::Connection& connection, std::string_view tenant, std::string_view name);
Result<std::vector<Uuid>> list_variable_users(db::Connection& connection, std::string_view tenant,
                                              std::string_view name);
// What own resources mentioned when it named nothing.
Result<std::vector<Uuid>> list_mentioned_ids(db::Connection& connection, std::string_view tenant);

struct Watermark {
  std::int64_t source_revision = 0;
  std::int64_t members = 0;
  std::string excluded;  // JSON arrays, as in the report
  std::string dangling;
  bool operator==(const Watermark&) const = default;
};
using Watermarks = std::array<std::optional<Watermark>, kKinds.size()>;
Result<Watermarks> read_watermarks(db::Connection& connection, std::string_view source, std::string_view target);
Done write_watermark(db::Connection& connection, std::string_view source, std::string_view target, Kind step,
                     const Watermark& watermark);
Done delete_watermark(db::Connection& connection, std::string_view source, std::string_view target, Kind step);

Result<bool> has_account(db::Connection& connection, std::string_view tenant, const Uuid& person);

// What will be asked, for Connection::fetch_ahead. The texts must outlive the questions.
// Of a sync of the pair before it knows anything: revisions, watermarks, edited copies up to `limit`, detached and
// adopted ones, orphans, missing variables.
std::vector<db::Ask> sync_questions(std::string_view source, std::string_view target, std::int64_t limit);
db::Ask watermarks_question(std::string_view source, std::string_view target);
db::Ask source_row_question(std::string_view tenant, const Uuid& id);
db::Ask target_row_question(std::string_view tenant, const Uuid& id);

}  // namespace syncline::store
