#include "http/contents.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "catalog/contents.h"
#include "catalog/credentials.h"
#include "http/resources.h"

namespace syncline::http {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

catalog::ByteSource source_of(Context& context) {
  return [stream = context.request.stream](char* buffer, std::size_t capacity) -> Result<std::size_t> {
    if (stream == nullptr) return std::size_t{0};
    return stream->read(buffer, capacity);
  };
}

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // the byte after the last
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// One range of bytes (RFC 9110 §14.1.2). Nothing for a header we do not follow, and so ignore.
Result<std::optional<Range>> range_of(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  std::optional<Range> range;
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) return range;
  const std::string_view spec = header.substr(kUnit.size());
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return range;
  const auto first = number_of(spec.substr(0, dash));
  const auto last = number_of(spec.substr(dash + 1));
  if (first && (last || dash + 1 == spec.size())) {
    if (last && *last < *first) return range;
    range = Range{*first, last ? std::min(size, *last == UINT64_MAX ? *last : *last + 1) : size};
  } else if (last && dash == 0) {
    range = Range{size - std::min(size, *last), size};
  } else {
    return range;
  }
  if (range->begin >= size || range->begin >= range->end) {
    return fail(ErrorKind::range, "range_not_satisfiable", "The content has " + std::to_string(size) + " bytes.");
  }
  return range;
}

Result<Response> send(const Context& context, catalog::OpenContent content) {
  const std::uint64_t size = content.reader->size();
  if (context.request.header("If-None-Match") == content.etag) {
    return Response{.status = 304, .headers = {{"ETag", content.etag}}};
  }
  const std::string_view if_range = context.request.header("If-Range");
  std::optional<Range> range;
  if (if_range.empty() || if_range == content.etag) range = TRY(range_of(context.request.header("Range"), size));
  Response response{.status = range ? 206 : 200,
                    .headers = {{"Content-Type", content.media_type},
                                {"ETag", content.etag},
                                {"Accept-Ranges", "bytes"},
                                {"Content-Disposition", "attachment"},
                                {"Content-Security-Policy", "sandbox"}}};
  const Range whole{0, size};
  Range part = range.value_or(whole);
  if (range) {
    response.set("Content-Range", "bytes " + std::to_string(part.begin) + "-" + std::to_string(part.end - 1) + "/" +
                                      std::to_string(size));
  }
  response.producer_length = part.end - part.begin;
  response.producer = [reader = std::move(content.reader), part]() mutable -> Result<std::string> {
    std::string piece(std::min<std::uint64_t>(kPiece, part.end - part.begin), '\0');
    if (piece.empty()) return piece;
    const std::size_t count = TRY(reader->read_at(part.begin, piece.data(), piece.size()));
    if (count != piece.size())
      return fail(ErrorKind::internal, "storage_failed", "The content is shorter than it was.");
    part.begin += count;
    return piece;
  };
  return response;
}

// What goes into a header again must be one visible line.
bool is_media_type(std::string_view type) {
  const auto visible = [](char c) { return c >= ' ' && c <= '~'; };
  return type.size() <= 200 && type.find('/') != std::string_view::npos &&
         std::all_of(type.begin(), type.end(), visible);
}

}  // namespace

Result<Response> put_document_content(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  std::string_view type = context.request.header("Content-Type");
  if (type.empty()) type = "application/octet-stream";
  if (!is_media_type(type)) {
    return fail(ErrorKind::unsupported_media, "unsupported_media_type", "The Content-Type is no media type.");
  }
  const catalog::Shown resource = TRY(catalog::put_document_content(
      context.services, context.principal, id, type, source_of(context), context.request.header("If-Match")));
  return shown(200, resource);
}

Result<Response> get_document_content(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  return send(context, TRY(catalog::open_document_content(context.services, context.principal, id)));
}

Result<Response> put_embeddings(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  const Uuid document = TRY(id_of(context.path[1]));
  const json::Value answer = TRY(catalog::put_embeddings(context.services, context.principal, id, document,
                                                         source_of(context), context.request.header("If-Match")));
  return json_response(200, answer);
}

Result<Response> get_embeddings(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  const Uuid document = TRY(id_of(context.path[1]));
  return send(context, TRY(catalog::open_embeddings(context.services, context.principal, id, document)));
}

Result<Response> put_credentials(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  Fields fields(context.body);
  catalog::CredentialValues values;
  for (const json::Member& member : context.body.object()->members()) {
    const auto value = fields.string(member.name, {.required = true, .min = 1, .max = kLongestValue});
    if (member.name.empty() || member.name.size() > kLongestField) {
      fields.fail(member.name, "invalid_request", "The name of a field has 1 to 100 bytes.");
    } else if (value) {
      values.emplace_back(member.name, *value);
    }
  }
  if (context.body.object()->empty()) return invalid_field("", "invalid_request", "There must be a field.");
  TRY(fields.end());
  const catalog::Shown resource = TRY(
      catalog::put_credentials(context.services, context.principal, id, values, context.request.header("If-Match")));
  return shown(200, resource);
}

Result<Response> delete_credential(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  TRY(catalog::delete_credential(context.services, context.principal, id, context.path[1],
                                 context.request.header("If-Match")));
  return Response{.status = 204};
}

}  // namespace syncline::http
