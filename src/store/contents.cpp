#include "store/contents.h"

#include "store/credentials.h"

namespace syncline::store {
namespace {

constexpr db::Query kFindContent{"document_contents.find", R"sql(
    SELECT blob_id, size, sha256, media_type, updated_at FROM document_contents
    WHERE tenant_id = $1 AND document_id = $2
)sql"};

constexpr db::Query kUpsertContent{"document_contents.upsert", R"sql(
    INSERT INTO document_contents (tenant_id, document_id, blob_id, size, sha256, media_type, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (tenant_id, document_id) DO UPDATE
    SET blob_id = excluded.blob_id, size = excluded.size, sha256 = excluded.sha256,
        media_type = excluded.media_type, updated_at = excluded.updated_at
)sql"};

constexpr db::Query kListEmbeddings{"embeddings.list", R"sql(
    SELECT document_id, blob_id, chunks, dimensions, size, sha256, updated_at FROM embeddings
    WHERE tenant_id = $1 AND knowledge_base_id = $2 ORDER BY document_id
)sql"};

constexpr db::Query kFindEmbedding{"embeddings.find", R"sql(
    SELECT document_id, blob_id, chunks, dimensions, size, sha256, updated_at FROM embeddings
    WHERE tenant_id = $1 AND knowledge_base_id = $2 AND document_id = $3
)sql"};

constexpr db::Query kUpsertEmbedding{"embeddings.upsert", R"sql(
    INSERT INTO embeddings (tenant_id, knowledge_base_id, document_id, blob_id, chunks, dimensions, size, sha256,
                            updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (tenant_id, knowledge_base_id, document_id) DO UPDATE
    SET blob_id = excluded.blob_id, chunks = excluded.chunks, dimensions = excluded.dimensions,
        size = excluded.size, sha256 = excluded.sha256, updated_at = excluded.updated_at
)sql"};

EmbeddingRow read_embedding(const db::Row& row) {
  return {.document = row.uuid(0),
          .blob = row.uuid(1),
          .chunks = row.integer(2),
          .dimensions = row.integer(3),
          .size = row.integer(4),
          .sha256 = row.digest(5),
          .updated_at = row.integer(6)};
}

void add_part(std::string& input, std::string_view part) {
  input += std::to_string(part.size());
  input += ':';
  input += part;
}

}  // namespace

Result<std::optional<ContentRow>> find_document_content(db::Connection& connection, std::string_view tenant,
                                                        const Uuid& document) {
  return connection.one(kFindContent, {tenant, document}, [](const db::Row& row) {
    return ContentRow{.blob = row.uuid(0),
                      .size = row.integer(1),
                      .sha256 = row.digest(2),
                      .media_type = row.string(3),
                      .updated_at = row.integer(4)};
  });
}

db::Ask content_question(std::string_view tenant, const Uuid& document) { return {kFindContent, {tenant, document}}; }

Done upsert_document_content(db::Connection& connection, std::string_view tenant, const Uuid& document,
                             const ContentRow& row) {
  TRY(connection.execute(kUpsertContent, {tenant, document, row.blob, row.size, db::param(row.sha256),
                                          std::string_view(row.media_type), row.updated_at}));
  return done();
}

Result<std::vector<EmbeddingRow>> list_embeddings(db::Connection& connection, std::string_view tenant,
                                                  const Uuid& knowledge_base) {
  return connection.list(kListEmbeddings, {tenant, knowledge_base}, read_embedding);
}

Result<std::optional<EmbeddingRow>> find_embedding(db::Connection& connection, std::string_view tenant,
                                                   const Uuid& knowledge_base, const Uuid& document) {
  return connection.one(kFindEmbedding, {tenant, knowledge_base, document}, read_embedding);
}

Done upsert_embedding(db::Connection& connection, std::string_view tenant, const Uuid& knowledge_base,
                      const EmbeddingRow& row) {
  TRY(connection.execute(kUpsertEmbedding, {tenant, knowledge_base, row.document, row.blob, row.chunks, row.dimensions,
                                            row.size, db::param(row.sha256), row.updated_at}));
  return done();
}

Result<std::string> parts_digest_input(db::Connection& connection, std::string_view tenant, const ResourceRow& row) {
  std::string input;
  const auto add_digest = [&](const Digest& digest) {
    add_part(input, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  };
  if (info(row.kind).holds_credentials) {
    const std::vector<CredentialRow> credentials = TRY(list_credentials(connection, tenant, row.id));
    for (const CredentialRow& credential : credentials) {
      add_part(input, credential.field);
      add_part(input, credential.template_text ? "template" : "sealed");
      add_part(input, credential.fingerprint);
    }
  }
  if (row.kind == Kind::document) {
    const std::optional<ContentRow> content = TRY(find_document_content(connection, tenant, row.id));
    if (content) {
      add_digest(content->sha256);
      add_part(input, content->media_type);
    }
  }
  if (row.kind == Kind::knowledge_base) {
    const std::vector<EmbeddingRow> embeddings = TRY(list_embeddings(connection, tenant, row.id));
    for (const EmbeddingRow& embedding : embeddings) {
      add_part(input, embedding.document.view());
      add_digest(embedding.sha256);
    }
  }
  return input;
}

}  // namespace syncline::store
