#include "promotion/describe.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

#include "base/json.h"
#include "base/merge_patch.h"
#include "catalog/bodies.h"
#include "catalog/view.h"
#include "promotion/fields.h"
#include "promotion/releases.h"
#include "secrets/template_expression.h"
#include "store/batches.h"
#include "store/overrides.h"
#include "store/resource_lists.h"

namespace syncline::promotion {
namespace {

using planning::Action;
using planning::Change;
using planning::DiffOp;
using planning::FieldChange;

constexpr std::size_t kBatch = 256;

// One side of a change: the copy as it is, or as it would be.
struct Side {
  store::ResourceRow row;
  std::optional<Uuid> latest = {};     // its bodies: what `latest` selects,
  std::optional<Uuid> published = {};  // and the last published
};
struct Item {
  const Change* change = nullptr;
  const planning::Resource* original = nullptr;
  std::optional<Side> before = {};  // none when it is created
  Side after = {};
  std::optional<store::OverrideRow> laid_over = {};  // what the target has changed about the copy (X43)
  std::set<std::string> own_credentials = {};        // fields the target has values of its own for
  bool same_content() const {
    return before && before->row.lineage_id == after.row.lineage_id && before->row.published == after.row.published &&
           before->row.draft_id == after.row.draft_id && before->row.exceptions == after.row.exceptions;
  }
};

store::ResourceRow row_after(const Selection& selection, const Change& change) {
  const planning::Resource& original = selection.snapshot.source[change.resource];
  const Content& content = selection.snapshot.contents[change.resource];
  store::ResourceRow row;
  row.id = change.id;
  row.kind = original.kind;
  row.name = original.name;
  row.description = content.description;
  if (content.status) row.status = *content.status;
  row.lineage_id = content.lineage;
  row.published = content.published;
  row.draft_id = content.draft;
  if (!change.exceptions.empty()) row.exceptions = change.exceptions;
  return row;
}

json::Value text_or_null(const std::optional<std::string>& text) { return text ? json::Value(*text) : json::Value(); }

json::Value content_json(const store::ContentPart& part) {
  return json::Object{{"size", part.size}, {"sha256", to_hex(part.sha256)}, {"mediaType", part.media_type}};
}
json::Value segment_json(const store::EmbeddingPart& part) {
  return json::Object{{"chunks", part.chunks}, {"dimensions", part.dimensions}};
}

json::Value member(const json::Value& value, std::string_view outer, std::string_view inner) {
  const json::Value* object = value.at(outer);
  const json::Value* found = object == nullptr ? nullptr : object->at(inner);
  return found == nullptr ? json::Value() : *found;
}

class Describing {
 public:
  Describing(db::Connection& connection, const PromotionRequest& request, const Computed& computed)
      : connection_(connection),
        people_(connection),
        request_(request),
        computed_(computed),
        ids_(computed.pair.source, computed.pair.target) {
    for (const planning::TargetRow& row : computed.selection.snapshot.target.rows()) ids_.note(row);
  }

  Result<Description> run() {
    std::vector<const Change*> changes;
    for (const Change& change : computed_.plan.changes) {
      if (change.action == Action::created || change.action == Action::updated) changes.push_back(&change);
    }
    TRY(read_all_parts(changes));
    for (std::span<const Change* const> rest = changes; !rest.empty();
         rest = rest.subspan(std::min(kBatch, rest.size())))
      TRY(describe_some(rest.first(std::min(kBatch, rest.size()))));
    return std::move(description_);
  }

 private:
  const planning::Resource& original_of(const Change& change) const {
    return computed_.selection.snapshot.source[change.resource];
  }

  // Parts are read at once for all: each kind by itself, or all of a tenant when there are many.
  Done read_all_parts(const std::vector<const Change*>& changes) {
    std::array<std::vector<Uuid>, kKinds.size()> originals;
    std::array<std::vector<Uuid>, kKinds.size()> copies;
    for (const Change* change : changes) {
      const planning::Resource& original = original_of(*change);
      // Of a new document nothing is compared.
      if (original.kind == Kind::document && change->action == Action::created) continue;
      originals[static_cast<std::size_t>(original.kind)].push_back(original.id);
      if (change->action == Action::updated) copies[static_cast<std::size_t>(original.kind)].push_back(change->id);
    }
    const Pair& pair = computed_.pair;
    const auto of = [](auto& lists, Kind kind) -> const std::vector<Uuid>& {
      return lists[static_cast<std::size_t>(kind)];
    };
    credentials_before_ =
        TRY(read_parts(connection_, pair.target, of(copies, Kind::connection), store::list_credential_parts));
    credentials_after_ = TRY(read_source_parts(connection_, pair, computed_.selection, of(originals, Kind::connection),
                                               store::list_credential_parts, credential_parts_of));
    contents_before_ = TRY(read_parts(connection_, pair.target, of(copies, Kind::document), store::list_content_parts));
    contents_after_ = TRY(read_source_parts(connection_, pair, computed_.selection, of(originals, Kind::document),
                                            store::list_content_parts, content_parts_of));
    segments_before_ =
        TRY(read_parts(connection_, pair.target, of(copies, Kind::knowledge_base), store::list_embedding_parts));
    segments_after_ = TRY(read_source_parts(connection_, pair, computed_.selection, of(originals, Kind::knowledge_base),
                                            store::list_embedding_parts, embedding_parts_of));
    return done();
  }

  Done describe_some(std::span<const Change* const> changes) {
    std::vector<Item> items;
    for (const Change* change : changes) {
      items.push_back({.change = change,
                       .original = &original_of(*change),
                       .after = {.row = row_after(computed_.selection, *change)}});
    }
    TRY(read_rows(items));
    TRY(read_overrides(items));
    TRY(find_bodies(items));
    TRY(read_bodies(items));
    for (const Item& item : items) TRY(describe_one(item));
    return done();
  }

  Done read_rows(std::vector<Item>& items) {
    std::vector<Uuid> ids;
    std::unordered_map<Uuid, Item*, UuidHash> by_id;
    for (Item& item : items) {
      if (item.change->action != Action::updated) continue;
      ids.push_back(item.change->id);
      by_id[item.change->id] = &item;
    }
    return store::each_resource_of(connection_, computed_.pair.target, ids, [&](store::ResourceRow row) {
      Item& item = *by_id.at(row.id);
      item.before = Side{.row = std::move(row)};
    });
  }

  // What is laid over a copy is read with both sides: the plan tells what readers will see.
  Done read_overrides(std::vector<Item>& items) {
    for (Item& item : items) {
      if (!item.before || !item.change->overridden) continue;
      const std::string_view target = computed_.pair.target;
      item.laid_over = TRY(store::find_override(connection_, target, item.change->id));
      const std::vector<store::CredentialRow> own =
          TRY(store::list_override_credentials(connection_, target, item.change->id));
      for (const store::CredentialRow& row : own) item.own_credentials.insert(row.field);
    }
    return done();
  }

  // Which bodies the sides have. Where both have the same, none is looked at.
  Done find_bodies(std::vector<Item>& items) {
    std::map<store::VersionKey, std::vector<std::optional<Uuid>*>> wanted;
    const auto want = [&](Side& side) {
      side.latest = side.row.draft_id;
      if (side.row.published == 0) return;
      const store::VersionKey key{.lineage = side.row.lineage_id, .number = side.row.published};
      wanted[key].push_back(&side.published);
      if (!side.row.draft_id) wanted[key].push_back(&side.latest);
    };
    for (Item& item : items) {
      if (item.same_content() && item.original->kind != Kind::knowledge_base) continue;
      if (item.before) want(*item.before);
      want(item.after);
    }
    std::vector<store::VersionKey> keys;
    for (const auto& [key, places] : wanted) keys.push_back(key);
    return store::each_version_of(connection_, keys, [&](const store::VersionKey& key, const Uuid& body) {
      for (std::optional<Uuid>* place : wanted.at(key)) *place = body;
    });
  }

  Done read_bodies(const std::vector<Item>& items) {
    std::vector<Uuid> ids;
    const auto want = [&](const Side& side) {
      if (side.latest) ids.push_back(*side.latest);
      if (side.published) ids.push_back(*side.published);
    };
    for (const Item& item : items) {
      if (item.before) want(*item.before);
      want(item.after);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    bodies_.clear();
    return store::each_body_of(connection_, ids, [&](store::BodyRow body) { bodies_[body.id] = std::move(body); });
  }

  // A body as the target sees it.
  Result<json::Value> rendered(const Item& item, const Side& side, const std::optional<Uuid>& id) const {
    if (!id) return json::Value();
    const auto body = bodies_.find(*id);
    if (body == bodies_.end()) {
      return fail(ErrorKind::internal, "body_missing", "A body is missing.", "plan " + id->text());
    }
    return rendered(item, side, body->second);
  }

  Result<json::Value> rendered(const Item& item, const Side& side, const store::BodyRow& body) const {
    constexpr json::Limits kLimits{.depth = 128, .nodes = 10'000'000};
    json::Value value = TRY(json::parse(catalog::render_body(computed_.pair.target, side.row, body), kLimits));
    if (!item.laid_over || !item.laid_over->patch) return value;
    const json::Value patch = TRY(json::parse(*item.laid_over->patch, kLimits));
    return json::merge_patch(std::move(value), patch);
  }

  Done describe_one(const Item& item) {
    static const Side kNothing{};
    const Side& before = item.before ? *item.before : kNothing;
    const json::Value latest_before = TRY(rendered(item, before, before.latest));
    const json::Value latest_after = TRY(rendered(item, item.after, item.after.latest));
    FieldWriter fields;
    std::vector<planning::RiskMark> risks;
    if (item.before) {
      add_texts(before.row, item.after.row, fields);
      if (!item.same_content()) TRY(add_versions(item, fields));
      add_parts(item, fields, risks);
    }
    const std::vector<FieldChange> changes = body_changes(item, latest_before, latest_after);
    if (item.before) {
      for (const FieldChange& change : changes) fields.add(change);
    }
    TRY(add_risks(item, latest_before, latest_after, changes, risks));
    if (item.original->kind == Kind::knowledge_base) note_mismatches(item, latest_before, latest_after);
    return write(item, fields, risks);
  }

  // Of a new copy only what it runs.
  static std::vector<FieldChange> body_changes(const Item& item, const json::Value& before, const json::Value& after) {
    if (!item.before) return planning::code_in(after, "/body");
    return planning::diff_values(before, after, "/body");
  }

  Done write(const Item& item, const FieldWriter& fields, const std::vector<planning::RiskMark>& risks) {
    std::string members;
    if (item.before) {
      members = fields.members();
      description_.changes[item.change->id] = fields.changes();
    }
    members += risks_member(risks);
    if (item.change->drifted) {
      members += ",\"editedBy\":" + json::write(TRY(people_.of(item.before->row.updated_by))) + ",\"editedAt\":";
      json::append_string(members, format_time(item.before->row.updated_at));
    }
    if (!risks.empty()) description_.risky = true;
    if (!members.empty()) description_.items[item.change->id] = std::move(members);
    return done();
  }

  static void add_texts(const store::ResourceRow& before, const store::ResourceRow& after, FieldWriter& fields) {
    const auto add = [&](const std::string& pointer, json::Value left, json::Value right) {
      for (const FieldChange& change : planning::diff_values(left, right, pointer)) fields.add(change);
    };
    add("/name", before.name, after.name);
    add("/description", before.description, after.description);
    add("/status", text_or_null(before.status), text_or_null(after.status));
    if (info(after.kind).versioned) add("/draft", before.draft_id.has_value(), after.draft_id.has_value());
  }

  // The numbers that come and go; on another lineage, also those that mean something else than before.
  Done add_versions(const Item& item, FieldWriter& fields) {
    const store::ResourceRow& before = item.before->row;
    const store::ResourceRow& after = item.after.row;
    const std::int64_t both = std::min(before.published, after.published);
    if (before.lineage_id != after.lineage_id && both > 0) TRY(compare_versions(item, both, fields));
    for (std::int64_t number = both + 1; number <= after.published; ++number) fields.add_version(number, DiffOp::added);
    for (std::int64_t number = both + 1; number <= before.published; ++number) {
      fields.add_version(number, DiffOp::removed);
    }
    return done();
  }

  Done compare_versions(const Item& item, std::int64_t count, FieldWriter& fields) {
    const auto left = TRY(store::list_versions(connection_, item.before->row.lineage_id, count));
    const auto right = TRY(store::list_versions(connection_, item.after.row.lineage_id, count));
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
      if (left[i].body_id == right[i].body_id) continue;
      const store::BodyRow old_body = TRY(store::load_body(connection_, left[i].body_id));
      const store::BodyRow new_body = TRY(store::load_body(connection_, right[i].body_id));
      const json::Value before = TRY(rendered(item, *item.before, old_body));
      const json::Value after = TRY(rendered(item, item.after, new_body));
      if (planning::diff_values(before, after).empty()) continue;
      fields.add_version(left[i].number, DiffOp::changed);
      if (item.change->drifted) note_clash(item, left[i].number);
    }
    return done();
  }

  void note_clash(const Item& item, std::int64_t number) {
    description_.version_clashes.push_back(json::write(json::Object{{"kind", info(item.original->kind).step},
                                                                    {"id", item.original->id.text()},
                                                                    {"name", item.original->name},
                                                                    {"version", number}}));
  }

  void add_parts(const Item& item, FieldWriter& fields, std::vector<planning::RiskMark>& risks) const {
    const Uuid& original = item.original->id;
    const Uuid& copy = item.change->id;
    if (!request_.keep_credentials) {
      add_credentials(item, parts_of(credentials_before_, copy), parts_of(credentials_after_, original), fields, risks);
    }
    add_content(parts_of(contents_before_, copy), parts_of(contents_after_, original), fields);
    add_segments(item, parts_of(segments_before_, copy), parts_of(segments_after_, original), fields);
  }

  // By their fingerprints: a copy keeps that of its original.
  static void add_credentials(const Item& item, const std::vector<store::CredentialPart>& before,
                              const std::vector<store::CredentialPart>& after, FieldWriter& fields,
                              std::vector<planning::RiskMark>& risks) {
    const auto add = [&](const std::string& field, DiffOp op) {
      if (item.own_credentials.contains(field)) return;
      const std::string pointer = "/credentials/" + field;
      fields.add_secret(pointer, op);
      risks.push_back({.risk = planning::Risk::changed_credential, .detail = field, .pointer = pointer});
    };
    for (const store::CredentialPart& part : before) {
      if (find_field(after, part.field) == nullptr) add(part.field, DiffOp::removed);
    }
    for (const store::CredentialPart& part : after) {
      const store::CredentialPart* there = find_field(before, part.field);
      if (there == nullptr)
        add(part.field, DiffOp::added);
      else if (there->fingerprint != part.fingerprint)
        add(part.field, DiffOp::changed);
    }
  }

  static void add_content(const std::vector<store::ContentPart>& before, const std::vector<store::ContentPart>& after,
                          FieldWriter& fields) {
    const json::Value left = before.empty() ? json::Value() : content_json(before.front());
    const json::Value right = after.empty() ? json::Value() : content_json(after.front());
    for (const FieldChange& change : planning::diff_values(left, right, "/content")) fields.add(change);
  }

  void add_segments(const Item& item, const std::vector<store::EmbeddingPart>& before,
                    const std::vector<store::EmbeddingPart>& after, FieldWriter& fields) const {
    std::map<Uuid, const store::EmbeddingPart*> left;
    for (const store::EmbeddingPart& part : before) left[part.document] = &part;
    const auto at = [](const Uuid& document) { return "/embeddings/" + document.text(); };
    for (const store::EmbeddingPart& part : after) {
      const Uuid document = mapped(ids_, item.change->exceptions, part.document);
      const auto there = left.find(document);
      if (there == left.end()) {
        fields.add({.pointer = at(document), .op = DiffOp::added, .after = segment_json(part)});
        continue;
      }
      if (there->second->sha256 != part.sha256) {
        fields.add({.pointer = at(document),
                    .op = DiffOp::changed,
                    .before = segment_json(*there->second),
                    .after = segment_json(part)});
      }
      left.erase(there);
    }
    for (const auto& [document, part] : left) {
      fields.add({.pointer = at(document), .op = DiffOp::removed, .before = segment_json(*part)});
    }
  }

  Done add_risks(const Item& item, const json::Value& latest_before, const json::Value& latest_after,
                 const std::vector<FieldChange>& changes, std::vector<planning::RiskMark>& risks) {
    const json::Value published_before =
        item.before ? TRY(rendered(item, *item.before, item.before->published)) : json::Value();
    const json::Value published_after = TRY(rendered(item, item.after, item.after.published));
    planning::Reach before;
    planning::Reach after;
    const Kind kind = item.original->kind;
    for (const json::Value* value : {&latest_before, &published_before}) add_reach(kind, *value, before);
    for (const json::Value* value : {&latest_after, &published_after}) add_reach(kind, *value, after);
    add_templates(item, parts_of(credentials_before_, item.change->id), before);
    if (!request_.keep_credentials) add_templates(item, parts_of(credentials_after_, item.original->id), after);
    std::vector<FieldChange> code = changes;
    // A draft that was there already and is published now begins to be used.
    const bool newly_published = item.before && item.after.published &&
                                 item.before->published != item.after.published &&
                                 item.after.published != item.after.latest.value_or(Uuid{});
    const bool was_draft = item.before && item.after.published && item.before->latest == item.after.published &&
                           item.before->published != item.after.published;
    if (newly_published || was_draft) {
      const std::string at = "/versions/" + std::to_string(item.after.row.published);
      for (FieldChange& change : planning::diff_values(published_before, published_after, at)) {
        code.push_back(std::move(change));
      }
    }
    for (planning::RiskMark& mark : planning::find_risks(before, after, code)) risks.push_back(std::move(mark));
    return done();
  }

  static void add_reach(Kind kind, const json::Value& body, planning::Reach& reach) {
    std::vector<std::string_view> texts;
    planning::append_texts(texts, body);
    for (const std::string_view text : texts) {
      if (info(kind).calls_out) planning::add_hosts(reach.hosts, text);
      for (std::string& name : secrets::variables_used(text)) reach.variables.insert(std::move(name));
    }
  }
  static void add_templates(const Item& item, const std::vector<store::CredentialPart>& parts, planning::Reach& reach) {
    for (const store::CredentialPart& part : parts) {
      if (!part.template_text || item.own_credentials.contains(part.field)) continue;
      for (std::string& name : secrets::variables_used(*part.template_text)) reach.variables.insert(std::move(name));
    }
  }

  // Vectors of another model or size answer no question asked with this one.
  void note_mismatches(const Item& item, const json::Value& before, const json::Value& after) {
    const auto pair_of = [](json::Value model, json::Value dimensions) {
      return json::Object{{"model", std::move(model)}, {"dimensions", std::move(dimensions)}};
    };
    const json::Value model = member(after, "embedding", "model");
    const json::Value dimensions = member(after, "embedding", "dimensions");
    const auto note = [&](json::Object target, const std::optional<Uuid>& document) {
      json::Object mismatch{
          {"knowledgeBase", json::Object{{"id", item.original->id.text()}, {"name", item.original->name}}},
          {"source", pair_of(model, dimensions)},
          {"target", std::move(target)}};
      if (document) mismatch.add("document", document->text());
      description_.embedding_mismatches.push_back(json::write(std::move(mismatch)));
    };
    if (item.before) {
      const json::Value old_model = member(before, "embedding", "model");
      const json::Value old_dimensions = member(before, "embedding", "dimensions");
      const bool same =
          planning::diff_values(old_model, model).empty() && planning::diff_values(old_dimensions, dimensions).empty();
      if (!same) note(pair_of(old_model, old_dimensions), std::nullopt);
    }
    for (const store::EmbeddingPart& part : parts_of(segments_after_, item.original->id)) {
      if (dimensions.integer() == nullptr || *dimensions.integer() == part.dimensions) continue;
      note(pair_of(nullptr, part.dimensions), part.document);
    }
  }

  db::Connection& connection_;
  catalog::People people_;
  const PromotionRequest& request_;
  const Computed& computed_;
  planning::TargetIds ids_;
  Parts<store::CredentialPart> credentials_before_;
  Parts<store::CredentialPart> credentials_after_;
  Parts<store::ContentPart> contents_before_;
  Parts<store::ContentPart> contents_after_;
  Parts<store::EmbeddingPart> segments_before_;
  Parts<store::EmbeddingPart> segments_after_;
  std::unordered_map<Uuid, store::BodyRow, UuidHash> bodies_;  // of one batch
  Description description_;
};

}  // namespace

Result<Description> describe(db::Connection& connection, const PromotionRequest& request, const Computed& computed) {
  return Describing(connection, request, computed).run();
}

}  // namespace syncline::promotion
