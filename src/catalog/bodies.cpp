#include "catalog/bodies.h"

#include <algorithm>
#include <utility>

#include "store/resource_lists.h"

namespace syncline::catalog {
namespace {

constexpr std::size_t kIdText = 36;
constexpr std::size_t kPair = 32;

std::vector<Uuid> mentioned_in(std::string_view text) {
  std::vector<Uuid> ids;
  for (const IdMention& mention : find_ids(text)) ids.push_back(mention.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

IdMapping::IdMapping(std::string_view space, std::string_view tenant, std::string_view exceptions)
    : same_(space == tenant), derived_(space, tenant), exceptions_(exceptions) {
  ensure(exceptions.size() % kPair == 0, "Exceptions are pairs of ids.");
}

Uuid IdMapping::of(const Uuid& id) const {
  if (same_) return id;
  for (std::size_t at = 0; at < exceptions_.size(); at += kPair) {
    if (exceptions_.substr(at, kPair / 2) == id.view()) {
      return Uuid::from_bytes(exceptions_.substr(at + kPair / 2, kPair / 2));
    }
  }
  return derived_.of(id);
}

Result<MadeBody> make_body(db::Connection& connection, std::string_view tenant, std::string text, TimeMs now) {
  std::vector<Uuid> refs;
  MadeBody made;
  for (const Uuid& id : mentioned_in(text)) {
    const std::optional<Kind> kind = TRY(store::kind_of_resource(connection, tenant, id));
    (kind ? refs : made.unresolved).push_back(id);
  }
  const Digest digest = sha256(text);
  made.body = {.id = make_uuid7(now),
               .space = std::string(tenant),
               .digest = digest,
               .refs = store::pack_ids(std::move(refs)),
               .text = std::move(text)};
  return made;
}

std::string render_body(std::string_view tenant, const store::ResourceRow& row, const store::BodyRow& body) {
  if (body.space == tenant || body.refs.empty()) return body.text;
  const std::string_view exceptions = row.exceptions ? std::string_view(*row.exceptions) : std::string_view();
  const IdMapping mapping(body.space, tenant, exceptions);
  const std::vector<Uuid> refs = store::unpack_ids(body.refs);
  std::string text = body.text;
  for (const IdMention& mention : find_ids(body.text)) {
    if (!std::binary_search(refs.begin(), refs.end(), mention.id)) continue;
    ensure(mention.offset + kIdText <= text.size(), "A mention stands inside its text.");
    write_uuid(mapping.of(mention.id), text.data() + mention.offset);
  }
  return text;
}

std::vector<Uuid> rendered_refs(std::string_view tenant, const store::ResourceRow& row, const store::BodyRow& body) {
  const std::string_view exceptions = row.exceptions ? std::string_view(*row.exceptions) : std::string_view();
  const IdMapping mapping(body.space, tenant, exceptions);
  std::vector<Uuid> refs = store::unpack_ids(body.refs);
  for (Uuid& id : refs) id = mapping.of(id);
  std::sort(refs.begin(), refs.end());
  return refs;
}

}  // namespace syncline::catalog
