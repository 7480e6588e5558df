#pragma once
// Files of documents and embeddings of knowledge bases: streamed into blobs, which rows then point at. A blob is whole
// and on the disk before its row is written.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "catalog/resources.h"

namespace syncline::catalog {

// Waits for some bytes; 0 at the end.
using ByteSource = std::function<Result<std::size_t>(char* buffer, std::size_t capacity)>;

// {size, sha256, mediaType, updatedAt}, or null when nothing was uploaded.
Result<json::Value> content_view(db::Connection& connection, std::string_view tenant, const Uuid& document);

// Errors: not_found; stale; those of the source and of blobs/blob_store.h.
Result<Shown> put_document_content(Services& services, const Principal& who, const Uuid& document,
                                   std::string_view media_type, const ByteSource& source, IfMatch if_match);

struct OpenContent {
  std::shared_ptr<blobs::Reader> reader;
  std::string media_type;
  std::string etag;
};
// Errors: not_found, also `no_content`.
Result<OpenContent> open_document_content(Services& services, const Principal& who, const Uuid& document);

// Lines of {text, vector, metadata?}, kept as they are. `/embedding/dimensions` of the knowledge base's body says how
// long each vector is. Gives {documentId, chunks, dimensions, size, sha256}. Errors: as above; invalid
// `invalid_embedding` with the line as its pointer; conflict `no_embedding_model`.
Result<json::Value> put_embeddings(Services& services, const Principal& who, const Uuid& knowledge_base,
                                   const Uuid& document, const ByteSource& source, IfMatch if_match);
Result<OpenContent> open_embeddings(Services& services, const Principal& who, const Uuid& knowledge_base,
                                    const Uuid& document);

}  // namespace syncline::catalog
