#include "catalog/contents.h"

#include <utility>
#include <vector>

#include "base/clock.h"
#include "catalog/drift.h"
#include "catalog/overrides.h"
#include "catalog/parts.h"
#include "store/contents.h"

namespace syncline::catalog {
namespace {

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kLongestLine = 1024 * 1024;

Done pump(const ByteSource& source, const std::function<Done(std::string_view)>& take) {
  std::vector<char> buffer(kPiece);
  for (;;) {
    const std::size_t count = TRY(source(buffer.data(), buffer.size()));
    if (count == 0) return done();
    TRY(take({buffer.data(), count}));
  }
}

// The blob that no row came to point at.
Fail dropped(Services& services, const blobs::Stored& stored, Error error) {
  (void)services.blobs.remove(stored.id).ok();  // What stays behind is swept later.
  return Fail{std::move(error)};
}

// Checks lines as they come in pieces.
class EmbeddingLines {
 public:
  explicit EmbeddingLines(std::int64_t dimensions) : dimensions_(dimensions) {}

  Done take(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      line_ += bytes.substr(0, end);
      if (line_.size() > kLongestLine) return mistake("A line is longer than 1 MiB.");
      if (end == std::string_view::npos) return done();
      bytes.remove_prefix(end + 1);
      TRY(finish_line());
    }
    return done();
  }
  Done end() { return line_.empty() ? done() : finish_line(); }
  std::int64_t count() const { return count_; }

 private:
  Done finish_line() {
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    auto parsed = json::parse(line_);
    if (!parsed.ok()) return mistake("A line must be one JSON object: " + parsed.error().message);
    const json::Value& value = parsed.value();
    if (value.at("text") == nullptr || value.at("text")->string() == nullptr) return mistake("`text` must be a text.");
    const json::Value* vector = value.at("vector");
    const json::Array* numbers = vector == nullptr ? nullptr : vector->array();
    if (numbers == nullptr) return mistake("`vector` must be an array of numbers.");
    if (static_cast<std::int64_t>(numbers->size()) != dimensions_) {
      return mistake("`vector` has " + std::to_string(numbers->size()) + " numbers; the knowledge base says " +
                     std::to_string(dimensions_) + ".");
    }
    for (const json::Value& number : *numbers) {
      if (!number.number()) return mistake("`vector` must hold numbers only.");
    }
    for (const json::Member& member : value.object()->members()) {
      if (member.name != "text" && member.name != "vector" && member.name != "metadata") {
        return mistake("Only `text`, `vector` and `metadata` are known.");
      }
    }
    ++count_;
    line_.clear();
    return done();
  }
  Fail mistake(std::string detail) const {
    return invalid_field("/" + std::to_string(count_), "invalid_embedding", std::move(detail));
  }

  std::int64_t dimensions_;
  std::int64_t count_ = 0;
  std::string line_;
};

struct EmbeddingPlan {
  std::int64_t dimensions = 0;
};

// What the knowledge base's latest body says of this document's embeddings.
Result<EmbeddingPlan> read_embedding_plan(db::Connection& connection, const Principal& who, const Uuid& knowledge_base,
                                          const Uuid& document, IfMatch if_match) {
  const store::ResourceRow row =
      TRY(find_owner(connection, who.tenant, {.kind = Kind::knowledge_base, .id = knowledge_base}, if_match));
  if (!row.draft_id) return fail(ErrorKind::internal, "no_body", "The knowledge base has no body.");
  const store::BodyRow stored = TRY(store::load_body(connection, *row.draft_id));
  const std::string text = TRY(effective_body(connection, who.tenant, row, stored));
  const json::Value body = TRY(json::parse(text));
  const json::Value* documents = body.at("documents");
  bool is_listed = false;
  if (documents != nullptr && documents->array() != nullptr) {
    for (const json::Value& each : *documents->array()) {
      is_listed = is_listed || parse_uuid(each.text_at("documentId")) == document;
    }
  }
  if (!is_listed) {
    return fail(ErrorKind::not_found, "not_found", "The knowledge base has no such document.");
  }
  const json::Value* embedding = body.at("embedding");
  const json::Value* dimensions = embedding == nullptr ? nullptr : embedding->at("dimensions");
  if (dimensions == nullptr || dimensions->integer() == nullptr || *dimensions->integer() < 1) {
    return fail(ErrorKind::conflict, "no_embedding_model",
                "The knowledge base does not say at /embedding/dimensions how long its vectors are.");
  }
  return EmbeddingPlan{*dimensions->integer()};
}

Done record_content(Services& services, const Principal& who, const Uuid& document, std::string_view media_type,
                    const blobs::Stored& stored, IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const store::ResourceRow row =
      TRY(find_owner(connection, who.tenant, {.kind = Kind::document, .id = document}, if_match));
  const TimeMs now = services.clock();
  TRY(keep_base(connection, who.tenant, row));
  TRY(store::upsert_document_content(connection, who.tenant, document,
                                     {.blob = stored.id,
                                      .size = static_cast<std::int64_t>(stored.size),
                                      .sha256 = stored.sha256,
                                      .media_type = std::string(media_type),
                                      .updated_at = now}));
  TRY(touch_owner(connection, who, row, now, Mentions::as_before));
  TRY(record_change(connection, who, now, "content.set", row,
                    {{"size", stored.size}, {"sha256", to_hex(stored.sha256)}, {"mediaType", media_type}}));
  return transaction->commit();
}

Done record_embeddings(Services& services, const Principal& who, const Uuid& knowledge_base, store::EmbeddingRow row,
                       IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  // The body may have changed while the lines came.
  const EmbeddingPlan plan = TRY(read_embedding_plan(connection, who, knowledge_base, row.document, if_match));
  if (plan.dimensions != row.dimensions) {
    return fail(ErrorKind::conflict, "embedding_model_changed", "The knowledge base's dimensions have changed.");
  }
  const store::ResourceRow owner =
      TRY(find_owner(connection, who.tenant, {.kind = Kind::knowledge_base, .id = knowledge_base}, if_match));
  row.updated_at = services.clock();
  TRY(keep_base(connection, who.tenant, owner));
  TRY(store::upsert_embedding(connection, who.tenant, knowledge_base, row));
  TRY(touch_owner(connection, who, owner, row.updated_at, Mentions::as_before));
  TRY(record_change(connection, who, row.updated_at, "embeddings.set", owner,
                    {{"documentId", row.document.text()}, {"chunks", row.chunks}, {"dimensions", row.dimensions}}));
  return transaction->commit();
}

std::string digest_etag(const Digest& digest) { return "\"" + to_hex(digest) + "\""; }

}  // namespace

Result<json::Value> content_view(db::Connection& connection, std::string_view tenant, const Uuid& document) {
  const std::optional<store::ContentRow> row = TRY(store::find_document_content(connection, tenant, document));
  if (!row) return json::Value();
  return json::Value(json::Object{{"size", row->size},
                                  {"sha256", to_hex(row->sha256)},
                                  {"mediaType", row->media_type},
                                  {"updatedAt", format_time(row->updated_at)}});
}

Result<Shown> put_document_content(Services& services, const Principal& who, const Uuid& document,
                                   std::string_view media_type, const ByteSource& source, IfMatch if_match) {
  const ResourceKey key{.kind = Kind::document, .id = document};
  {
    // Before a gigabyte is taken for nothing.
    const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
    TRY(find_owner(transaction->connection(), who.tenant, key, if_match));
  }
  const std::unique_ptr<blobs::Upload> upload = TRY(services.blobs.begin(make_uuid7(services.clock())));
  TRY(pump(source, [&](std::string_view bytes) { return upload->write(bytes); }));
  const blobs::Stored stored = TRY(upload->finish());
  auto recorded = record_content(services, who, document, media_type, stored, if_match);
  if (!recorded.ok()) return dropped(services, stored, std::move(recorded).error());
  return get_resource(services, who, key, {});
}

Result<OpenContent> open_document_content(Services& services, const Principal& who, const Uuid& document) {
  const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  TRY(find_owner(connection, who.tenant, {.kind = Kind::document, .id = document}, ""));
  const std::optional<store::ContentRow> row = TRY(store::find_document_content(connection, who.tenant, document));
  if (!row) return fail(ErrorKind::not_found, "no_content", "Nothing has been uploaded for this document.");
  std::shared_ptr<blobs::Reader> reader = blobs::verified(TRY(services.blobs.open(row->blob)), row->sha256);
  return OpenContent{std::move(reader), row->media_type, digest_etag(row->sha256)};
}

Result<json::Value> put_embeddings(Services& services, const Principal& who, const Uuid& knowledge_base,
                                   const Uuid& document, const ByteSource& source, IfMatch if_match) {
  EmbeddingPlan plan;
  {
    const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
    plan = TRY(read_embedding_plan(transaction->connection(), who, knowledge_base, document, if_match));
  }
  const std::unique_ptr<blobs::Upload> upload = TRY(services.blobs.begin(make_uuid7(services.clock())));
  EmbeddingLines lines(plan.dimensions);
  const auto take = [&](std::string_view bytes) -> Done {
    TRY(lines.take(bytes));
    return upload->write(bytes);
  };
  TRY(pump(source, take));
  TRY(lines.end());
  const blobs::Stored stored = TRY(upload->finish());
  const store::EmbeddingRow row{.document = document,
                                .blob = stored.id,
                                .chunks = lines.count(),
                                .dimensions = plan.dimensions,
                                .size = static_cast<std::int64_t>(stored.size),
                                .sha256 = stored.sha256};
  auto recorded = record_embeddings(services, who, knowledge_base, row, if_match);
  if (!recorded.ok()) return dropped(services, stored, std::move(recorded).error());
  return json::Value(json::Object{{"documentId", document.text()},
                                  {"chunks", row.chunks},
                                  {"dimensions", row.dimensions},
                                  {"size", row.size},
                                  {"sha256", to_hex(row.sha256)}});
}

Result<OpenContent> open_embeddings(Services& services, const Principal& who, const Uuid& knowledge_base,
                                    const Uuid& document) {
  const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  TRY(find_owner(connection, who.tenant, {.kind = Kind::knowledge_base, .id = knowledge_base}, ""));
  const std::optional<store::EmbeddingRow> row =
      TRY(store::find_embedding(connection, who.tenant, knowledge_base, document));
  if (!row) return fail(ErrorKind::not_found, "not_found", "There are no embeddings of this document.");
  std::shared_ptr<blobs::Reader> reader = blobs::verified(TRY(services.blobs.open(row->blob)), row->sha256);
  return OpenContent{std::move(reader), "application/x-ndjson", digest_etag(row->sha256)};
}

}  // namespace syncline::catalog
