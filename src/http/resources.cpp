#include "http/resources.h"

#include <charconv>
#include <utility>

#include "catalog/graph.h"
#include "catalog/import_resources.h"
#include "catalog/resources.h"
#include "catalog/view.h"
#include "model/builtin_tools.h"

namespace syncline::http {
namespace {

constexpr std::size_t kLongestDescription = 10'000;
constexpr std::size_t kMostImported = 20'000;

// The dispatcher lets kinds through only.
Kind kind_of(const Context& context) { return *kind_of_step(context.path[0]); }

Result<std::optional<bool>> flag_of(const Context& context, std::string_view name) {
  const auto value = context.param(name);
  if (!value) return std::optional<bool>();
  if (*value != "true" && *value != "false") {
    return fail(ErrorKind::invalid, "invalid_parameter", "`" + std::string(name) + "` must be true or false.");
  }
  return std::optional(*value == "true");
}

std::optional<std::string> status_field(Fields& fields, Kind kind) {
  if (kind != Kind::workflow) return std::nullopt;
  std::optional<std::string> status = fields.string("status");
  if (status && !catalog::is_lifecycle_status(*status)) {
    fields.fail("status", "invalid_status", "A workflow is draft, testing, published or archived.");
  }
  return status;
}

// The verbatim text of the body member, once it is known to be an object.
std::optional<std::string> body_field(Fields& fields, const Context& context, bool required) {
  if (fields.object("body", required) == nullptr) return std::nullopt;
  return std::string(json::member_text(context.request.body, "body"));
}

std::optional<std::string> name_field(Fields& fields, bool required) {
  return fields.string("name", {.required = required, .min = 1, .max = 200});
}

Result<Response> graph(const Context& context, catalog::Direction direction) {
  constexpr std::int64_t kDeepest = 100;
  const catalog::ResourceKey key = TRY(key_of(context));
  std::int64_t depth = 1;
  if (const auto text = context.param("depth")) {
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), depth);
    if (parsed.ec != std::errc() || parsed.ptr != text->data() + text->size() || depth < 1 || depth > kDeepest) {
      return fail(ErrorKind::invalid, "invalid_depth", "`depth` must be a whole number from 1 to 100.");
    }
  }
  const json::Value found = TRY(catalog::resource_graph(context.services, context.principal, key, direction, depth));
  return json_response(200, found);
}

// One element of an import, of which `text` is the verbatim source.
std::optional<catalog::ImportedResource> read_imported(const json::Value& element, std::string_view text,
                                                       const std::string& pointer, std::vector<FieldError>& errors) {
  const auto refuse = [&](std::string_view member, std::string detail) {
    errors.push_back({pointer + std::string(member), std::move(detail)});
  };
  const std::size_t before = errors.size();
  if (element.object() == nullptr) {
    refuse("", "This must be an object.");
    return std::nullopt;
  }
  for (const json::Member& member : element.object()->members()) {
    if (member.name != "kind" && member.name != "id" && member.name != "name" && member.name != "description" &&
        member.name != "syncable" && member.name != "status" && member.name != "body") {
      refuse("/" + member.name, "This is not known here.");
    }
  }
  const std::optional<Kind> kind = kind_of_step(element.text_at("kind"));
  const std::optional<Uuid> id = parse_uuid(element.text_at("id"));
  catalog::ImportedResource resource;
  if (kind)
    resource.kind = *kind;
  else
    refuse("/kind", "There is no such kind.");
  if (id)
    resource.id = *id;
  else
    refuse("/id", "This must be an id.");
  resource.name = element.text_at("name");
  if (resource.name.empty() || resource.name.size() > 200) refuse("/name", "A name has 1 to 200 bytes.");
  resource.description = element.text_at("description");
  if (resource.description.size() > kLongestDescription) refuse("/description", "This is too long.");
  if (const json::Value* syncable = element.at("syncable")) {
    if (syncable->boolean() != nullptr)
      resource.syncable = *syncable->boolean();
    else
      refuse("/syncable", "This must be true or false.");
  }
  if (const json::Value* status = element.at("status")) {
    resource.status = element.text_at("status");
    if (kind != Kind::workflow || status->string() == nullptr || !catalog::is_lifecycle_status(*resource.status)) {
      refuse("/status", "A workflow is draft, testing, published or archived; other kinds have no status.");
    }
  }
  const json::Value* body = element.at("body");
  if (body == nullptr || body->object() == nullptr)
    refuse("/body", "This must be an object.");
  else
    resource.body = json::member_text(text, "body");
  if (errors.size() > before) return std::nullopt;
  return resource;
}

}  // namespace

std::string_view if_match(const Context& context) { return context.request.header("If-Match"); }

Response shown(int status, const catalog::Shown& resource) {
  Response response = json_response(status, resource.view);
  response.set("ETag", resource.etag);
  return response;
}

Result<catalog::ResourceKey> key_of(const Context& context) {
  const Uuid id = TRY(id_of(context.path[1]));
  return catalog::ResourceKey{.kind = kind_of(context), .id = id};
}

Result<Response> list_resources(Context& context) {
  const Page page = TRY(page_of(context));
  store::ResourceFilter filter;
  filter.syncable = TRY(flag_of(context, "syncable"));
  if (const auto part = context.param("q")) filter.name_part = std::string(*part);
  if (const auto source = context.param("syncedFrom")) filter.synced_from = std::string(*source);
  Uuid after;
  if (page.after) {
    const std::optional<Uuid> id = parse_uuid(*page.after);
    if (!id) return fail(ErrorKind::invalid, "invalid_cursor", "This cursor is not one of ours.");
    after = *id;
  }
  catalog::Listing listing =
      TRY(catalog::list_resources(context.services, context.principal, kind_of(context), filter, after, page.limit));
  std::optional<std::string> next;
  if (listing.last) next = listing.last->text();
  return json_response(200, list_json(std::move(listing.items), next));
}

Result<Response> create_resource(Context& context) {
  const Kind kind = kind_of(context);
  Fields fields(context.body);
  catalog::NewResource wanted;
  wanted.name = name_field(fields, true).value_or("");
  wanted.description = fields.string("description", {.max = kLongestDescription}).value_or("");
  wanted.syncable = fields.boolean("syncable").value_or(false);
  wanted.status = status_field(fields, kind);
  wanted.body = body_field(fields, context, true).value_or("");
  TRY(fields.end());
  const catalog::Shown made = TRY(catalog::create_resource(context.services, context.principal, kind, wanted));
  Response response = shown(201, made);
  response.set("Location", "/api/" + std::string(info(kind).step) + "/" + made.id.text());
  return response;
}

Result<Response> get_resource(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  catalog::VersionSelector selector;
  if (const auto version = context.param("version")) selector = TRY(catalog::parse_version_selector(*version));
  const catalog::Shown found = TRY(catalog::get_resource(context.services, context.principal, key, selector));
  if (catalog::names_etag(context.request.header("If-None-Match"), found.etag)) {
    return Response{.status = 304, .headers = {{"ETag", found.etag}}};
  }
  return shown(200, found);
}

Result<Response> patch_resource(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  Fields fields(context.body);
  catalog::ResourceChange change;
  change.name = name_field(fields, false);
  change.description = fields.string("description", {.max = kLongestDescription});
  change.syncable = fields.boolean("syncable");
  change.status = status_field(fields, key.kind);
  change.body = body_field(fields, context, false);
  TRY(fields.end());
  const catalog::Shown now =
      TRY(catalog::edit_resource(context.services, context.principal, key, change, if_match(context)));
  return shown(200, now);
}

Result<Response> delete_resource(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  const std::optional<bool> force = TRY(flag_of(context, "force"));
  TRY(catalog::delete_resource(context.services, context.principal, key, force.value_or(false), if_match(context)));
  return Response{.status = 204};
}

Result<Response> publish_resource(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  std::string note;
  if (!context.body.is_null()) {
    Fields fields(context.body);
    note = fields.string("note", {.max = 1000}).value_or("");
    TRY(fields.end());
  }
  const catalog::Shown now =
      TRY(catalog::publish_resource(context.services, context.principal, key, note, if_match(context)));
  return shown(200, now);
}

Result<Response> list_versions(Context& context) {
  const catalog::ResourceKey key = TRY(key_of(context));
  json::Array versions = TRY(catalog::list_versions(context.services, context.principal, key));
  return json_response(200, list_json(std::move(versions), std::nullopt));
}

Result<Response> get_dependencies(Context& context) { return graph(context, catalog::Direction::dependencies); }

Result<Response> get_dependents(Context& context) { return graph(context, catalog::Direction::dependents); }

Result<Response> list_builtin_tools(Context&) {
  json::Array items;
  for (const BuiltinTool& tool : kBuiltinTools) {
    items.emplace_back(json::Object{{"id", std::string(kBuiltinPrefix) + std::string(tool.name)},
                                    {"name", tool.name},
                                    {"description", tool.description}});
  }
  return json_response(200, list_json(std::move(items), std::nullopt));
}

Result<Response> import_resources(Context& context) {
  Fields fields(context.body);
  fields.string("source", {.required = true, .min = 1, .max = 50});
  const json::Value* resources = fields.array("resources", true);
  TRY(fields.end());
  const std::vector<std::string_view> texts = json::element_texts(json::member_text(context.request.body, "resources"));
  const json::Array& elements = *resources->array();
  if (elements.size() > kMostImported) {
    return invalid_field("/resources", "too_many_resources", "One import takes 20,000 resources at most.");
  }
  std::vector<catalog::ImportedResource> imported;
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    auto resource = read_imported(elements[i], texts[i], "/resources/" + std::to_string(i), errors);
    if (resource) imported.push_back(std::move(*resource));
  }
  if (!errors.empty()) {
    return Fail{{.kind = ErrorKind::invalid,
                 .code = "invalid_request",
                 .message = "Some resources cannot be imported.",
                 .fields = std::move(errors)}};
  }
  const json::Value answer = TRY(catalog::import_resources(context.services, context.principal, imported));
  return json_response(200, answer);
}

}  // namespace syncline::http
