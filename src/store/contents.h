#pragma once
// The tables `document_contents` and `embeddings`: what a tenant's resources say of their blobs.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/resources.h"

namespace syncline::store {

struct ContentRow {
  Uuid blob;
  std::int64_t size = 0;
  Digest sha256{};
  std::string media_type;
  TimeMs updated_at = 0;
};
Result<std::optional<ContentRow>> find_document_content(db::Connection& connection, std::string_view tenant,
                                                        const Uuid& document);
db::Ask content_question(std::string_view tenant,
                         const Uuid& document);  // what it will ask, for Connection::fetch_ahead
Done upsert_document_content(db::Connection& connection, std::string_view tenant, const Uuid& document,
                             const ContentRow& row);

struct EmbeddingRow {
  Uuid document;
  Uuid blob;
  std::int64_t chunks = 0;
  std::int64_t dimensions = 0;
  std::int64_t size = 0;
  Digest sha256{};
  TimeMs updated_at = 0;
};
// In the order of documents.
Result<std::vector<EmbeddingRow>> list_embeddings(db::Connection& connection, std::string_view tenant,
                                                  const Uuid& knowledge_base);
Result<std::optional<EmbeddingRow>> find_embedding(db::Connection& connection, std::string_view tenant,
                                                   const Uuid& knowledge_base, const Uuid& document);
Done upsert_embedding(db::Connection& connection, std::string_view tenant, const Uuid& knowledge_base,
                      const EmbeddingRow& row);

// What a digest must cover of the tables beside `resources`: the same text for the same credentials, content and
// embeddings, another one for others.
Result<std::string> parts_digest_input(db::Connection& connection, std::string_view tenant, const ResourceRow& row);

}  // namespace syncline::store
