#include "http/copies.h"

#include "catalog/drift.h"
#include "catalog/overrides.h"
#include "catalog/provenance.h"
#include "http/contents.h"
#include "http/resources.h"

namespace syncline::http {
namespace {

void read_credentials(const json::Value& given, Fields& fields, catalog::OverrideChange& change) {
  for (const json::Member& member : given.object()->members()) {
    const std::string name = "credentials/" + member.name;
    const std::string* value = member.value.string();
    if (member.name.empty() || member.name.size() > kLongestField) {
      fields.fail(name, "invalid_request", "The name of a field has 1 to 100 bytes.");
    } else if (member.value.is_null()) {
      change.credentials.emplace_back(member.name, std::nullopt);
    } else if (value == nullptr || value->empty() || value->size() > kLongestValue) {
      fields.fail(name, "invalid_request", "This must be a text of 1 to 65,536 bytes, or null.");
    } else {
      change.credentials.emplace_back(member.name, *value);
    }
  }
}

// For what takes a body and knows no member of one.
Done no_members(const Context& context) {
  if (context.body.is_null()) return done();
  return Fields(context.body).end();
}

}  // namespace

Result<Response> list_drift(Context& context) {
  const Page page = TRY(page_of(context));
  store::DriftFilter filter;
  if (const auto source = context.param("source")) filter.source = std::string(*source);
  if (const auto kind = context.param("kind")) {
    filter.kind = kind_of_step(*kind);
    if (!filter.kind) return fail(ErrorKind::invalid, "unknown_kind", "There is no such kind.");
  }
  Uuid after;
  if (page.after) {
    const std::optional<Uuid> id = parse_uuid(*page.after);
    if (!id) return fail(ErrorKind::invalid, "invalid_cursor", "This cursor is not one of ours.");
    after = *id;
  }
  catalog::Listing listing = TRY(catalog::list_drift(context.services, context.principal, filter, after, page.limit));
  std::optional<std::string> next;
  if (listing.last) next = listing.last->text();
  return json_response(200, list_json(std::move(listing.items), next));
}

Result<Response> get_drift(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  const json::Value drift = TRY(catalog::show_drift(context.services, context.principal, key));
  return json_response(200, drift);
}

Result<Response> get_override(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  const json::Value found = TRY(catalog::get_override(context.services, context.principal, key));
  return json_response(200, found);
}

Result<Response> put_override(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  Fields fields(context.body);
  catalog::OverrideChange change;
  const json::Value* patch = fields.any("patch");
  const json::Value* credentials = fields.object("credentials");
  if (patch != nullptr && patch->is_null()) {
    change.clear_patch = true;
  } else if (patch != nullptr && patch->object() != nullptr) {
    change.patch = std::string(json::member_text(context.request.body, "patch"));
  } else if (patch != nullptr) {
    fields.fail("patch", "invalid_request", "This must be an object, or null.");
  }
  if (credentials != nullptr) read_credentials(*credentials, fields, change);
  TRY(fields.end());
  if (patch == nullptr && change.credentials.empty()) {
    return invalid_field("", "invalid_request", "There must be a patch or credentials.");
  }
  const catalog::Shown resource =
      TRY(catalog::put_override(context.services, context.principal, key, change, if_match(context)));
  return shown(200, resource);
}

Result<Response> delete_override(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  TRY(catalog::delete_override(context.services, context.principal, key, if_match(context)));
  return Response{.status = 204};
}

Result<Response> detach_resource(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  TRY(no_members(context));
  TRY(catalog::detach_resource(context.services, context.principal, key, if_match(context)));
  return shown(200, TRY(catalog::get_resource(context.services, context.principal, key, {})));
}

Result<Response> attach_resource(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  TRY(no_members(context));
  TRY(catalog::attach_resource(context.services, context.principal, key, if_match(context)));
  return shown(200, TRY(catalog::get_resource(context.services, context.principal, key, {})));
}

Result<Response> adopt_resource(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  Fields fields(context.body);
  const std::string source = fields.string("source", {.required = true, .min = 1}).value_or("");
  const std::optional<std::string> text = fields.string("originId", {.required = true});
  const std::optional<Uuid> origin = text ? parse_uuid(*text) : std::nullopt;
  if (text && !origin) fields.fail("originId", "invalid_id", "This is not an id.");
  TRY(fields.end());
  TRY(catalog::adopt_resource(context.services, context.principal, key, source, *origin, if_match(context)));
  return shown(200, TRY(catalog::get_resource(context.services, context.principal, key, {})));
}

}  // namespace syncline::http
