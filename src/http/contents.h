#pragma once
// What stands beside the bodies: files, embeddings, credentials.

#include "http/api.h"

namespace syncline::http {

// Of credentials, in bytes; both have at least one.
inline constexpr std::size_t kLongestField = 100;
inline constexpr std::size_t kLongestValue = 64 * 1024;

Result<Response> put_document_content(Context& context);  // path: id
Result<Response> get_document_content(Context& context);
Result<Response> put_embeddings(Context& context);  // path: id, documentId
Result<Response> get_embeddings(Context& context);
Result<Response> put_credentials(Context& context);    // path: id
Result<Response> delete_credential(Context& context);  // path: id, field

}  // namespace syncline::http
