#include "store/promotion.h"

#include <algorithm>
#include <utility>

namespace syncline::store {
namespace {

#define SYNCLINE_SOURCE_COLUMNS                                                                              \
  "id, kind, name, description, syncable, status, synced_from, origin_id, lineage_id, published, draft_id, " \
  "refs, digest, created_by, created_at, changed_at, built_ins"
#define SYNCLINE_TARGET_COLUMNS                                                                         \
  "id, kind, synced_from, COALESCE(origin_id, detached_origin), digest, exceptions, changed_at, live, " \
  "detached_from, adopted"

constexpr db::Query kEachSourceRow{"promotion.source_rows", "SELECT " SYNCLINE_SOURCE_COLUMNS R"sql(
    FROM resources WHERE tenant_id = $1 ORDER BY id
)sql"};

// Driven by the index resources_changed, whose conditions it repeats.
constexpr db::Query kEachChangedRow{"promotion.changed_rows", "SELECT " SYNCLINE_SOURCE_COLUMNS R"sql(
    FROM resources
    WHERE tenant_id = $1 AND changed_at > $2 AND changed_at IS NOT NULL AND synced_from IS NULL
    ORDER BY changed_at LIMIT $3
)sql"};

constexpr db::Query kFindSourceRow{"promotion.source_row", "SELECT " SYNCLINE_SOURCE_COLUMNS R"sql(
    FROM resources WHERE tenant_id = $1 AND id = $2
)sql"};

constexpr db::Query kEachTargetRow{"promotion.target_rows", "SELECT " SYNCLINE_TARGET_COLUMNS R"sql(
    FROM resources WHERE tenant_id = $1 ORDER BY id
)sql"};

// Driven by the index resources_adopted, whose condition it repeats, and with a range too: see kListEditedCopies.
constexpr db::Query kEachAdoptedRow{"promotion.adopted_rows", "SELECT " SYNCLINE_TARGET_COLUMNS R"sql(
    FROM resources WHERE tenant_id = $1 AND adopted >= TRUE AND adopted = TRUE
)sql"};

// Driven by the index resources_detached.
constexpr db::Query kListDetached{"promotion.detached", R"sql(
    SELECT kind, detached_origin FROM resources
    WHERE tenant_id = $1 AND detached_from >= $2 AND detached_from <= $2 AND detached_from IS NOT NULL
    ORDER BY detached_from, id
)sql"};

constexpr db::Query kFindTargetRow{"promotion.target_row", "SELECT " SYNCLINE_TARGET_COLUMNS R"sql(
    FROM resources WHERE tenant_id = $1 AND id = $2
)sql"};

// Driven by the index resources_edited_copies, whose conditions it repeats. The tenant it is from is given as a range:
// with an equality, SQLite prefers the primary key and goes through all of the tenant's rows.
constexpr db::Query kListEditedCopies{"promotion.edited_copies", R"sql(
    SELECT kind, origin_id FROM resources
    WHERE tenant_id = $1 AND synced_from >= $2 AND synced_from <= $2 AND changed_at IS NOT NULL
          AND synced_from IS NOT NULL
    ORDER BY synced_from, id LIMIT $3
)sql"};

// Driven by the index resources_orphans, in the same way.
constexpr db::Query kEachOrphan{"promotion.orphans", R"sql(
    SELECT kind, id, origin_id FROM resources
    WHERE tenant_id = $1 AND synced_from >= $2 AND synced_from <= $2 AND live = FALSE AND synced_from IS NOT NULL
    ORDER BY synced_from, id
)sql"};
constexpr db::Query kCountCopies{"promotion.count_copies", R"sql(
    SELECT COUNT(*) FROM resources WHERE tenant_id = $1 AND synced_from = $2
)sql"};

constexpr db::Query kCountAhead{"promotion.count_ahead", R"sql(
    SELECT COUNT(*) FROM resources c JOIN resources o ON o.tenant_id = c.synced_from AND o.id = c.origin_id
    WHERE c.tenant_id = $1 AND c.synced_from >= $2 AND c.synced_from <= $2 AND c.changed_at IS NOT NULL
          AND c.synced_from IS NOT NULL AND c.published > o.published
)sql"};

constexpr db::Query kReadRevisions{"promotion.revisions", R"sql(
    SELECT revision, shrunk_at FROM tenants WHERE id = $1
)sql"};

// What the target decides about its copy stays: whether it is syncable, and who created it there.
constexpr db::Query kUpsertCopy{"promotion.upsert_copy", R"sql(
    INSERT INTO resources (tenant_id, id, kind, name, description, syncable, status, synced_from, origin_id, lineage_id,
                           published, draft_id, refs, built_ins, exceptions, digest, changed_at, live, created_by,
                           created_at, updated_by, updated_at, release_id)
    VALUES ($1, $2, $3, $4, $5, FALSE, $6, $7, $8, $9, $10, $11, NULL, 0, $12, $13, NULL, $14, $15, $16, $17, $18, $19)
    ON CONFLICT (tenant_id, id) DO UPDATE
    SET name = excluded.name, description = excluded.description, status = excluded.status,
        lineage_id = excluded.lineage_id, published = excluded.published, draft_id = excluded.draft_id,
        exceptions = excluded.exceptions, digest = excluded.digest, changed_at = NULL, live = excluded.live,
        created_by = excluded.created_by, created_at = excluded.created_at, updated_by = excluded.updated_by,
        updated_at = excluded.updated_at, release_id = excluded.release_id
)sql"};

constexpr db::Query kWriteMark{"promotion.write_mark", R"sql(
    UPDATE resources SET live = $3 WHERE tenant_id = $1 AND id = $2
)sql"};

constexpr db::Query kAllCredentials{"promotion.all_credentials", R"sql(
    SELECT connection_id, field, sealed, template, fingerprint FROM credentials WHERE tenant_id = $1
)sql"};
constexpr db::Query kCredentialsOf{"promotion.credentials_of", R"sql(
    SELECT connection_id, field, sealed, template, fingerprint FROM credentials
    WHERE tenant_id = $1 AND connection_id = $2
)sql"};
constexpr db::Query kUpsertCredential{"promotion.upsert_credential", R"sql(
    INSERT INTO credentials (tenant_id, connection_id, field, sealed, template, fingerprint, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (tenant_id, connection_id, field) DO UPDATE
    SET sealed = excluded.sealed, template = excluded.template, fingerprint = excluded.fingerprint,
        updated_at = excluded.updated_at
)sql"};
constexpr db::Query kDeleteCredential{"promotion.delete_credential", R"sql(
    DELETE FROM credentials WHERE tenant_id = $1 AND connection_id = $2 AND field = $3
)sql"};

constexpr db::Query kAllContents{"promotion.all_contents", R"sql(
    SELECT document_id, blob_id, size, sha256, media_type FROM document_contents WHERE tenant_id = $1
)sql"};
constexpr db::Query kContentOf{"promotion.content_of", R"sql(
    SELECT document_id, blob_id, size, sha256, media_type FROM document_contents
    WHERE tenant_id = $1 AND document_id = $2
)sql"};
constexpr db::Query kInsertContent{"promotion.insert_content", R"sql(
    INSERT INTO document_contents (tenant_id, document_id, blob_id, size, sha256, media_type, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql"};
constexpr db::Query kDeleteContent{"promotion.delete_content", R"sql(
    DELETE FROM document_contents WHERE tenant_id = $1 AND document_id = $2
)sql"};

constexpr db::Query kAllEmbeddings{"promotion.all_embeddings", R"sql(
    SELECT knowledge_base_id, document_id, blob_id, chunks, dimensions, size, sha256 FROM embeddings
    WHERE tenant_id = $1
)sql"};
constexpr db::Query kEmbeddingsOf{"promotion.embeddings_of", R"sql(
    SELECT knowledge_base_id, document_id, blob_id, chunks, dimensions, size, sha256 FROM embeddings
    WHERE tenant_id = $1 AND knowledge_base_id = $2
)sql"};
constexpr db::Query kInsertEmbedding{"promotion.insert_embedding", R"sql(
    INSERT INTO embeddings (tenant_id, knowledge_base_id, document_id, blob_id, chunks, dimensions, size, sha256,
                            updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)sql"};
constexpr db::Query kDeleteEmbeddings{"promotion.delete_embeddings", R"sql(
    DELETE FROM embeddings WHERE tenant_id = $1 AND knowledge_base_id = $2
)sql"};

// One seek a name, however many resources use it.
constexpr db::Query kMissingVariables{"promotion.missing_variables", R"sql(
    WITH RECURSIVE names (name) AS (
      SELECT MIN(name) FROM variable_uses WHERE tenant_id = $1
      UNION ALL
      SELECT (SELECT MIN(u.name) FROM variable_uses u WHERE u.tenant_id = $1 AND u.name > names.name)
      FROM names WHERE names.name IS NOT NULL
    )
    SELECT names.name FROM names
    WHERE names.name IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM variables v WHERE v.tenant_id = $2 AND v.name = names.name)
)sql"};
constexpr db::Query kHasVariable{"promotion.has_variable", R"sql(
    SELECT 1 FROM variables WHERE tenant_id = $1 AND name = $2
)sql"};
constexpr db::Query kListVariableUsers{"promotion.variable_users", R"sql(
    SELECT resource_id FROM variable_uses WHERE tenant_id = $1 AND name = $2 ORDER BY resource_id
)sql"};

constexpr db::Query kListMentioned{"promotion.mentioned_ids", R"sql(
    SELECT DISTINCT mentioned_id FROM unresolved_mentions WHERE tenant_id = $1
)sql"};

constexpr db::Query kReadWatermarks{"watermarks.read", R"sql(
    SELECT step, source_revision, members, excluded, dangling FROM watermarks WHERE source_id = $1 AND target_id = $2
)sql"};
constexpr db::Query kWriteWatermark{"watermarks.write", R"sql(
    INSERT INTO watermarks (source_id, target_id, step, source_revision, members, excluded, dangling)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (source_id, target_id, step) DO UPDATE
    SET source_revision = excluded.source_revision, members = excluded.members, excluded = excluded.excluded,
        dangling = excluded.dangling
)sql"};
constexpr db::Query kDeleteWatermark{"watermarks.delete", R"sql(
    DELETE FROM watermarks WHERE source_id = $1 AND target_id = $2 AND step = $3
)sql"};

constexpr db::Query kHasAccount{"promotion.has_account", R"sql(
    SELECT 1 FROM accounts WHERE tenant_id = $1 AND person_id = $2
)sql"};

SourceRow read_source(const db::Row& row) {
  SourceRow read{.id = row.uuid(0),
                 .kind = static_cast<Kind>(row.integer(1)),
                 .name = row.text(2),
                 .description = row.text(3),
                 .syncable = row.boolean(4),
                 .status = std::nullopt,
                 .synced_from = {},
                 .origin = {},
                 .lineage = row.uuid(8),
                 .published = row.integer(9),
                 .draft = row.maybe_uuid(10),
                 .refs = {},
                 .built_ins = static_cast<std::uint32_t>(row.integer(16)),
                 .digest = row.digest(12),
                 .changed_at = row.maybe_integer(15).value_or(0),
                 .created_by = row.uuid(13),
                 .created_at = row.integer(14)};
  if (!row.is_null(5)) read.status = row.text(5);
  if (!row.is_null(6)) read.synced_from = row.text(6);
  if (!row.is_null(7)) read.origin = row.uuid(7);
  if (!row.is_null(11)) read.refs = row.bytes(11);
  return read;
}

TargetRow read_target(const db::Row& row) {
  TargetRow read{.id = row.uuid(0),
                 .kind = static_cast<Kind>(row.integer(1)),
                 .synced_from = {},
                 .origin = {},
                 .digest = row.digest(4),
                 .exceptions = {},
                 .edited = !row.is_null(6),
                 .live = row.boolean(7),
                 .changed_at = row.maybe_integer(6).value_or(0)};
  if (!row.is_null(2)) read.synced_from = row.text(2);
  if (!row.is_null(3)) read.origin = row.uuid(3);
  if (!row.is_null(5)) read.exceptions = row.bytes(5);
  if (!row.is_null(8)) read.detached_from = row.text(8);
  read.adopted = row.boolean(9);
  return read;
}

CredentialPart read_credential(const db::Row& row) {
  return {.owner = row.uuid(0),
          .field = row.string(1),
          .sealed = row.maybe_bytes(2),
          .template_text = row.maybe_string(3),
          .fingerprint = std::string(row.bytes(4))};
}

ContentPart read_content(const db::Row& row) {
  return {.owner = row.uuid(0),
          .blob = row.uuid(1),
          .size = row.integer(2),
          .sha256 = std::string(row.bytes(3)),
          .media_type = row.string(4)};
}

EmbeddingPart read_embedding(const db::Row& row) {
  return {.owner = row.uuid(0),
          .document = row.uuid(1),
          .blob = row.uuid(2),
          .chunks = row.integer(3),
          .dimensions = row.integer(4),
          .size = row.integer(5),
          .sha256 = std::string(row.bytes(6))};
}

Done for_each_id(db::Connection& connection, const db::Query& query, std::string_view tenant,
                 const std::vector<Uuid>& ids) {
  if (ids.empty()) return done();
  TRY(connection.run_batch(query, ids.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    params[0] = tenant;
    params[1] = ids[row];
  }));
  return done();
}

Result<bool> exists(db::Connection& connection, const db::Query& query, std::initializer_list<db::Param> params) {
  const std::optional<bool> found = TRY(connection.one(query, params, [](const db::Row&) { return true; }));
  return found.has_value();
}

}  // namespace

Done each_source_row(db::Connection& connection, std::string_view tenant, const SourceVisitor& visit) {
  return connection.each(kEachSourceRow, {tenant}, [&](const db::Row& row) { visit(read_source(row)); });
}

Done each_changed_row(db::Connection& connection, std::string_view tenant, std::int64_t revision, std::int64_t limit,
                      const SourceVisitor& visit) {
  return connection.each(kEachChangedRow, {tenant, revision, limit},
                         [&](const db::Row& row) { visit(read_source(row)); });
}

Done find_source_row(db::Connection& connection, std::string_view tenant, const Uuid& id, const SourceVisitor& visit) {
  return connection.each(kFindSourceRow, {tenant, id}, [&](const db::Row& row) { visit(read_source(row)); });
}

Done each_target_row(db::Connection& connection, std::string_view tenant, const TargetVisitor& visit) {
  return connection.each(kEachTargetRow, {tenant}, [&](const db::Row& row) { visit(read_target(row)); });
}

Done each_adopted_row(db::Connection& connection, std::string_view tenant, const TargetVisitor& visit) {
  return connection.each(kEachAdoptedRow, {tenant}, [&](const db::Row& row) { visit(read_target(row)); });
}

Result<std::vector<EditedCopy>> list_detached(db::Connection& connection, std::string_view tenant,
                                              std::string_view source) {
  return connection.list(kListDetached, {tenant, source}, [](const db::Row& row) {
    return EditedCopy{.kind = static_cast<Kind>(row.integer(0)), .origin = row.uuid(1)};
  });
}

Done find_target_row(db::Connection& connection, std::string_view tenant, const Uuid& id, const TargetVisitor& visit) {
  return connection.each(kFindTargetRow, {tenant, id}, [&](const db::Row& row) { visit(read_target(row)); });
}

Result<std::vector<EditedCopy>> list_edited_copies(db::Connection& connection, std::string_view tenant,
                                                   std::string_view source, std::int64_t limit) {
  return connection.list(kListEditedCopies, {tenant, source, limit}, [](const db::Row& row) {
    return EditedCopy{.kind = static_cast<Kind>(row.integer(0)), .origin = row.uuid(1)};
  });
}

Done each_orphan(db::Connection& connection, std::string_view tenant, std::string_view source,
                 const std::function<void(Kind, const Uuid& id, const Uuid& origin)>& visit) {
  return connection.each(kEachOrphan, {tenant, source}, [&](const db::Row& row) {
    visit(static_cast<Kind>(row.integer(0)), row.uuid(1), row.uuid(2));
  });
}

Result<std::int64_t> count_copies(db::Connection& connection, std::string_view tenant, std::string_view source) {
  const auto count =
      TRY(connection.one(kCountCopies, {tenant, source}, [](const db::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

Result<std::int64_t> count_copies_ahead(db::Connection& connection, std::string_view tenant, std::string_view source) {
  const auto count =
      TRY(connection.one(kCountAhead, {tenant, source}, [](const db::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

Result<Revisions> read_revisions(db::Connection& connection, std::string_view tenant) {
  const std::optional<Revisions> revisions = TRY(connection.one(kReadRevisions, {tenant}, [](const db::Row& row) {
    return Revisions{.revision = row.integer(0), .shrunk_at = row.integer(1)};
  }));
  if (!revisions) return fail(ErrorKind::not_found, "not_found", "There is no such tenant.", "promotion.revisions");
  return *revisions;
}

Done upsert_copies(db::Connection& connection, std::string_view source, std::string_view target, const Uuid& actor,
                   TimeMs now, std::size_t count, const CopyRows& rows) {
  if (count == 0) return done();
  CopyRow copy;  // Outlives the binding of its row.
  TRY(connection.run_batch(kUpsertCopy, count, [&](std::size_t row, std::vector<db::Param>& params) {
    copy = rows(row);
    params[0] = target;
    params[1] = copy.id;
    params[2] = static_cast<std::int64_t>(copy.kind);
    params[3] = copy.name;
    params[4] = copy.description;
    if (copy.status) params[5] = *copy.status;
    params[6] = source;
    params[7] = copy.origin;
    params[8] = copy.lineage;
    params[9] = copy.published;
    if (copy.draft) params[10] = *copy.draft;
    if (!copy.exceptions.empty()) params[11] = db::Bytes{copy.exceptions};
    params[12] = db::param(copy.digest);
    params[13] = copy.live;
    params[14] = copy.created_by;
    params[15] = copy.created_at;
    params[16] = actor;
    params[17] = now;
    params[18] = db::maybe(copy.release);
  }));
  return done();
}

Done write_marks(db::Connection& connection, std::string_view tenant, std::size_t count,
                 const std::function<std::pair<Uuid, bool>(std::size_t)>& marks) {
  if (count == 0) return done();
  TRY(connection.run_batch(kWriteMark, count, [&](std::size_t row, std::vector<db::Param>& params) {
    const auto [id, live] = marks(row);
    params[0] = tenant;
    params[1] = id;
    params[2] = live;
  }));
  return done();
}

Result<std::vector<CredentialPart>> list_credential_parts(db::Connection& connection, std::string_view tenant,
                                                          const std::optional<Uuid>& owner) {
  if (owner) return connection.list(kCredentialsOf, {tenant, *owner}, read_credential);
  return connection.list(kAllCredentials, {tenant}, read_credential);
}

Done upsert_credential_parts(db::Connection& connection, std::string_view tenant, TimeMs now,
                             const std::vector<CredentialPart>& parts) {
  if (parts.empty()) return done();
  TRY(connection.run_batch(kUpsertCredential, parts.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    const CredentialPart& part = parts[row];
    params[0] = tenant;
    params[1] = part.owner;
    params[2] = std::string_view(part.field);
    if (part.sealed) params[3] = db::Bytes{*part.sealed};
    params[4] = db::maybe(part.template_text);
    params[5] = db::Bytes{part.fingerprint};
    params[6] = now;
  }));
  return done();
}

Done delete_credential_part(db::Connection& connection, std::string_view tenant, const CredentialPart& part) {
  TRY(connection.execute(kDeleteCredential, {tenant, part.owner, std::string_view(part.field)}));
  return done();
}

Result<std::vector<ContentPart>> list_content_parts(db::Connection& connection, std::string_view tenant,
                                                    const std::optional<Uuid>& owner) {
  if (owner) return connection.list(kContentOf, {tenant, *owner}, read_content);
  return connection.list(kAllContents, {tenant}, read_content);
}

Done insert_content_parts(db::Connection& connection, std::string_view tenant, TimeMs now,
                          const std::vector<ContentPart>& parts) {
  if (parts.empty()) return done();
  TRY(connection.run_batch(kInsertContent, parts.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    const ContentPart& part = parts[row];
    params[0] = tenant;
    params[1] = part.owner;
    params[2] = part.blob;
    params[3] = part.size;
    params[4] = db::Bytes{part.sha256};
    params[5] = std::string_view(part.media_type);
    params[6] = now;
  }));
  return done();
}

Done delete_content_parts(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& owners) {
  return for_each_id(connection, kDeleteContent, tenant, owners);
}

Result<std::vector<EmbeddingPart>> list_embedding_parts(db::Connection& connection, std::string_view tenant,
                                                        const std::optional<Uuid>& owner) {
  if (owner) return connection.list(kEmbeddingsOf, {tenant, *owner}, read_embedding);
  return connection.list(kAllEmbeddings, {tenant}, read_embedding);
}

Done insert_embedding_parts(db::Connection& connection, std::string_view tenant, TimeMs now,
                            const std::vector<EmbeddingPart>& parts) {
  if (parts.empty()) return done();
  TRY(connection.run_batch(kInsertEmbedding, parts.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    const EmbeddingPart& part = parts[row];
    params[0] = tenant;
    params[1] = part.owner;
    params[2] = part.document;
    params[3] = part.blob;
    params[4] = part.chunks;
    params[5] = part.dimensions;
    params[6] = part.size;
    params[7] = db::Bytes{part.sha256};
    params[8] = now;
  }));
  return done();
}

Done delete_embedding_parts(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& owners) {
  return for_each_id(connection, kDeleteEmbeddings, tenant, owners);
}

Result<std::vector<std::string>> list_missing_variables(db::Connection& connection, std::string_view source,
                                                        std::string_view target) {
  std::vector<std::string> missing =
      TRY(connection.list(kMissingVariables, {source, target}, [](const db::Row& row) { return row.string(0); }));
  std::sort(missing.begin(), missing.end());
  return missing;
}

Result<bool> has_variable(db::Connection& connection, std::string_view tenant, std::string_view name) {
  return exists(connection, kHasVariable, {tenant, name});
}

Result<std::vector<Uuid>> list_variable_users(db::Connection& connection, std::string_view tenant,
                                              std::string_view name) {
  return connection.list(kListVariableUsers, {tenant, name}, [](const db::Row& row) { return row.uuid(0); });
}

Result<std::vector<Uuid>> list_mentioned_ids(db::Connection& connection, std::string_view tenant) {
  return connection.list(kListMentioned, {tenant}, [](const db::Row& row) { return row.uuid(0); });
}

Result<Watermarks> read_watermarks(db::Connection& connection, std::string_view source, std::string_view target) {
  Watermarks watermarks;
  TRY(connection.each(kReadWatermarks, {source, target}, [&](const db::Row& row) {
    const std::int64_t step = row.integer(0);
    ensure(step >= 0 && step < static_cast<std::int64_t>(watermarks.size()), "A watermark's step is a kind.");
    watermarks[static_cast<std::size_t>(step)] = Watermark{.source_revision = row.integer(1),
                                                           .members = row.integer(2),
                                                           .excluded = row.string(3),
                                                           .dangling = row.string(4)};
  }));
  return watermarks;
}

Done write_watermark(db::Connection& connection, std::string_view source, std::string_view target, Kind step,
                     const Watermark& watermark) {
  return connection.later(
      kWriteWatermark, {source, target, static_cast<std::int64_t>(step), watermark.source_revision, watermark.members,
                        std::string_view(watermark.excluded), std::string_view(watermark.dangling)});
}

Done delete_watermark(db::Connection& connection, std::string_view source, std::string_view target, Kind step) {
  return connection.later(kDeleteWatermark, {source, target, static_cast<std::int64_t>(step)});
}

Result<bool> has_account(db::Connection& connection, std::string_view tenant, const Uuid& person) {
  return exists(connection, kHasAccount, {tenant, person});
}

std::vector<db::Ask> sync_questions(std::string_view source, std::string_view target, std::int64_t limit) {
  return {{kReadRevisions, {source}},          {kReadRevisions, {target}},
          {kReadWatermarks, {source, target}}, {kListEditedCopies, {target, source, limit}},
          {kListDetached, {target, source}},   {kEachAdoptedRow, {target}},
          {kEachOrphan, {target, source}},     {kMissingVariables, {source, target}}};
}

db::Ask watermarks_question(std::string_view source, std::string_view target) {
  return {kReadWatermarks, {source, target}};
}
db::Ask source_row_question(std::string_view tenant, const Uuid& id) { return {kFindSourceRow, {tenant, id}}; }
db::Ask target_row_question(std::string_view tenant, const Uuid& id) { return {kFindTargetRow, {tenant, id}}; }

}  // namespace syncline::store
