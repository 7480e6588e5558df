#include "catalog/references.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/json_pointer.h"
#include "model/builtin_tools.h"
#include "store/resource_lists.h"

namespace syncline::catalog {
namespace {

constexpr std::array<std::string_view, 9> kToolTypes = {"javascript", "sql", "http",         "apiConnection", "mongodb",
                                                        "graphql",    "rag", "notification", "transcription"};
constexpr std::array<std::string_view, 8> kStepTypes = {"collect-inputs",      "call-llm", "call-tool",
                                                        "call-agent",          "call-api", "call-workflow",
                                                        "request-user-action", "end-flow"};
constexpr std::array<std::string_view, 2> kAgentTypes = {"default", "supervisor"};

struct Place {
  std::string pointer;
  const json::Value* value;
};

// All values at a pointer in which `*` stands for any element or member. Fans out level by level.
std::vector<Place> places_at(const json::Value& body, std::string_view pointer) {
  std::vector<Place> places{{"", &body}};
  while (!pointer.empty() && !places.empty()) {
    pointer.remove_prefix(1);
    const std::string_view segment = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(segment.size());
    std::vector<Place> next;
    for (const Place& place : places) {
      if (segment != "*") {
        const json::Value* member = place.value->at(segment);
        if (member != nullptr) next.push_back({place.pointer + "/" + std::string(segment), member});
      } else if (const json::Array* elements = place.value->array()) {
        for (std::size_t i = 0; i < elements->size(); ++i) {
          next.push_back({place.pointer + "/" + std::to_string(i), &(*elements)[i]});
        }
      } else if (const json::Object* object = place.value->object()) {
        for (const json::Member& member : object->members()) {
          next.push_back({place.pointer + json::pointer_segment(member.name), &member.value});
        }
      }
    }
    places = std::move(next);
  }
  return places;
}

Done check_types(const json::Value& body, std::string_view pointer, std::span<const std::string_view> names,
                 std::string_view at) {
  for (const Place& place : places_at(body, pointer)) {
    const std::string* type = place.value->string();
    if (type != nullptr && std::find(names.begin(), names.end(), *type) != names.end()) continue;
    std::string detail = "This must be one of:";
    for (const std::string_view name : names) detail += (name == names.front() ? " " : ", ") + std::string(name);
    return invalid_field(std::string(at) + place.pointer, "invalid_body", detail + ".");
  }
  return done();
}

}  // namespace

Result<std::vector<ReferenceValue>> references_of(Kind kind, const json::Value& body, std::string_view at) {
  std::vector<ReferenceValue> references;
  for (const ReferenceField& field : info(kind).references) {
    for (Place& place : places_at(body, field.pointer)) {
      if (place.value->is_null()) continue;
      const std::string* text = place.value->string();
      if (text == nullptr) {
        return invalid_field(std::string(at) + place.pointer, "invalid_body",
                             "This must be the id of a " + std::string(info(field.kind).singular) + ".");
      }
      references.push_back({std::move(place.pointer), field.kind, *text});
    }
  }
  return references;
}

Done check_body(Kind kind, const json::Value& body, std::string_view at) {
  if (body.object() == nullptr) return invalid_field(std::string(at), "invalid_body", "A body is a JSON object.");
  if (kind == Kind::tool) return check_types(body, "/type", kToolTypes, at);
  if (kind == Kind::workflow) return check_types(body, "/steps/*/type", kStepTypes, at);
  if (kind == Kind::agent) return check_types(body, "/type", kAgentTypes, at);
  return done();
}

Result<std::vector<ReferenceValue>> unknown_references(db::Connection& connection, std::string_view tenant,
                                                       std::vector<ReferenceValue> references) {
  std::vector<ReferenceValue> unknown;
  for (ReferenceValue& reference : references) {
    if (reference.kind == Kind::tool && is_builtin_tool(reference.text)) continue;
    const std::optional<Uuid> id = parse_uuid(reference.text);
    std::optional<Kind> found;
    if (id) found = TRY(store::kind_of_resource(connection, tenant, *id));
    if (found != reference.kind) unknown.push_back(std::move(reference));
  }
  return unknown;
}

Done check_references(db::Connection& connection, std::string_view tenant, std::vector<ReferenceValue> references,
                      std::string_view at) {
  const std::vector<ReferenceValue> unknown = TRY(unknown_references(connection, tenant, std::move(references)));
  if (unknown.empty()) return done();
  Error error{.kind = ErrorKind::invalid,
              .code = "unknown_reference",
              .message = "The body refers to what is not in this tenant."};
  for (const ReferenceValue& reference : unknown) {
    error.fields.push_back({std::string(at) + reference.pointer,
                            "There is no " + std::string(info(reference.kind).singular) + " with this id."});
  }
  return Fail{std::move(error)};
}

}  // namespace syncline::catalog
