#include "catalog/digest.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/drift.h"
#include "model/builtin_tools.h"
#include "secrets/template_expression.h"
#include "store/contents.h"
#include "store/credentials.h"
#include "store/edges.h"
#include "store/resource_lists.h"

namespace syncline::catalog {
namespace {

// Parts with their lengths before them, so that no two lists of parts make one text.
class DigestInput {
 public:
  void add(std::string_view part) {
    for (int shift = 56; shift >= 0; shift -= 8) text_ += static_cast<char>(part.size() >> shift & 0xff);
    text_ += part;
  }
  void add(std::int64_t number) { add(std::to_string(number)); }
  void add(const Digest& digest) { add({reinterpret_cast<const char*>(digest.data()), digest.size()}); }
  Digest digest() const { return sha256(text_); }

 private:
  std::string text_;
};

// What all bodies of a resource mention.
struct Mentioned {
  std::set<Uuid> refs;
  std::set<Uuid> unresolved;
  std::set<std::string> variables;
  std::uint32_t built_ins = 0;

  void add(const store::BodyRow& body) {
    const std::vector<Uuid> resolved = store::unpack_ids(body.refs);
    refs.insert(resolved.begin(), resolved.end());
    for (const IdMention& mention : find_ids(body.text)) {
      if (!std::binary_search(resolved.begin(), resolved.end(), mention.id)) unresolved.insert(mention.id);
    }
    add_variables(body.text);
    built_ins |= builtin_tools_in(body.text);
  }
  void add_variables(std::string_view text) {
    for (std::string& name : secrets::variables_used(text)) variables.insert(std::move(name));
  }
};

Result<Mentioned> read_mentions(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row) {
  Mentioned mentions;
  if (row.draft_id) mentions.add(TRY(store::load_body(connection, *row.draft_id)));
  if (row.published > 0) {
    const std::vector<store::VersionRow> versions =
        TRY(store::list_versions(connection, row.lineage_id, row.published));
    for (const store::VersionRow& version : versions) {
      mentions.add(TRY(store::load_body(connection, version.body_id)));
    }
  }
  if (info(row.kind).holds_credentials) {
    const auto credentials = TRY(store::list_credentials(connection, tenant, row.id));
    for (const auto& credential : credentials) {
      if (credential.template_text) mentions.add_variables(*credential.template_text);
    }
  }
  return mentions;
}

template <typename T>
std::vector<T> listed(const std::set<T>& values) {
  return {values.begin(), values.end()};
}

// A row that has never been touched has no digest yet, and nothing to clear.
Done refresh_mentions(db::Connection& connection, std::string_view tenant, store::ResourceRow& row,
                      std::int64_t revision, bool is_new) {
  const Mentioned mentions = TRY(read_mentions(connection, tenant, row));
  const std::vector<Uuid> before = store::unpack_ids(row.refs.value_or(""));
  const std::vector<Uuid> after = listed(mentions.refs);
  TRY(store::replace_referrers(connection, tenant, row.id, before, after));
  const bool loses_ids = !std::includes(after.begin(), after.end(), before.begin(), before.end());
  if (loses_ids || (row.built_ins & ~mentions.built_ins) != 0) {
    TRY(store::mark_shrunk(connection, tenant, revision));
  }
  row.refs = store::pack_ids(after);
  row.built_ins = mentions.built_ins;
  if (!is_new) {
    TRY(store::clear_mentions(connection, tenant, row.id));
    TRY(store::clear_variable_uses(connection, tenant, row.id));
  }
  TRY(store::insert_mentions(connection, tenant, row.id, listed(mentions.unresolved)));
  return store::insert_variable_uses(connection, tenant, row.id, listed(mentions.variables));
}

}  // namespace

Result<Digest> compute_digest(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row) {
  if (row.draft_id && row.published > 0 && connection.is_remote()) {
    const std::vector<db::Ask> asks = {store::version_bodies_question(row.lineage_id, row.published),
                                       store::body_question(*row.draft_id)};
    TRY(connection.fetch_ahead(asks));
  }
  DigestInput input;
  input.add(static_cast<std::int64_t>(row.kind));
  input.add(row.name);
  input.add(row.description);
  input.add(row.status.value_or(""));
  const std::vector<store::VersionBody> versions =
      TRY(store::list_version_bodies(connection, row.lineage_id, row.published));
  for (const store::VersionBody& body : versions) {
    input.add(body.version.number);
    input.add(body.digest);
    input.add(body.refs);  // The same text may come to mention what it did not before.
    input.add(body.version.note);
    input.add(body.version.published_by.view());
    input.add(body.version.published_at);
  }
  if (row.draft_id) {
    const store::BodyRow draft = TRY(store::load_body(connection, *row.draft_id));
    input.add("draft");
    input.add(draft.digest);
    input.add(draft.refs);
  }
  input.add(TRY(store::parts_digest_input(connection, tenant, row)));
  return input.digest();
}

Done touch(db::Connection& connection, std::string_view tenant, store::ResourceRow& row, std::int64_t revision,
           const Principal& who, TimeMs now, Mentions mentions) {
  TRY(keep_base(connection, tenant, row));
  row.changed_at = revision;
  row.updated_by = who.person;
  row.updated_at = now;
  if (!row.synced_from) {
    const bool is_new = row.digest == Digest{};
    row.digest = TRY(compute_digest(connection, tenant, row));
    if (is_new || mentions == Mentions::to_read) TRY(refresh_mentions(connection, tenant, row, revision, is_new));
  }
  return store::update_resource(connection, tenant, row);
}

}  // namespace syncline::catalog
