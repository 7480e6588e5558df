#include "http/openapi.h"

#include <algorithm>

#include "base/embedded.h"
#include "http/session_cookie.h"
#include "model/kinds.h"

extern "C" const syncline::EmbeddedFile syncline_api[];

namespace syncline::http {
namespace {

std::string_view who_name(Who who) {
  switch (who) {
    case Who::anyone: return "anyone";
    case Who::viewer: return "VIEWER";
    case Who::user: return "USER";
    case Who::admin: return "ADMIN";
    case Who::owner: return "OWNER";
    case Who::superuser: return "SUPERUSER";
  }
  return "";
}

// What api/schemas.json says of the shapes. A mistake in it is ours.
const json::Value& shapes() {
  static const json::Value kShapes = [] {
    const EmbeddedFile* file = find_embedded(syncline_api, "schemas.json");
    ensure(file != nullptr, "The schemas are in the binary.");
    auto parsed = json::parse(file->text());
    ensure(parsed.ok(), "The schemas are JSON.");
    return std::move(parsed).value();
  }();
  return kShapes;
}

json::Value reference(std::string_view section, std::string_view name) {
  return json::Object{{"$ref", "#/components/" + std::string(section) + "/" + std::string(name)}};
}

// A name stands for the schema of that name.
json::Value schema_of(const json::Value& given) {
  return given.string() == nullptr ? given : reference("schemas", *given.string());
}

// What an operation says of its parameter, else what all say of one by this name, else that it is a text.
json::Value parameter_schema(const json::Value& shape, std::string_view name) {
  const json::Value* own = shape.at("parameters");
  const json::Value* found = own == nullptr ? nullptr : own->at(name);
  if (found == nullptr) found = shapes().at("parameters")->at(name);
  return found == nullptr ? json::Object{{"type", "string"}} : schema_of(*found);
}

json::Value parameter(const json::Value& shape, std::string_view name, std::string_view place) {
  return json::Object{
      {"name", name}, {"in", place}, {"required", place == "path"}, {"schema", parameter_schema(shape, name)}};
}

json::Array parameters_of(const Route& route, const json::Value& shape) {
  json::Array parameters;
  for (std::size_t at = route.pattern.find('{'); at != std::string_view::npos; at = route.pattern.find('{', at + 1)) {
    const std::size_t end = route.pattern.find('}', at);
    parameters.push_back(parameter(shape, route.pattern.substr(at + 1, end - at - 1), "path"));
  }
  for (std::string_view rest = route.query == kAnyQuery ? "" : route.query; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    parameters.push_back(parameter(shape, rest.substr(0, end), "query"));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (route.who != Who::anyone) parameters.push_back(reference("parameters", "x-tenant-id"));
  if (const json::Value* headers = shape.at("headers")) {
    for (const json::Value& name : *headers->array()) parameters.push_back(reference("parameters", *name.string()));
  }
  return parameters;
}

// A schema that extends another has its members too, and may say more of one of them.
json::Object flattened(const json::Value& schemas, const json::Value& schema) {
  const json::Value* base = schema.at("extends");
  if (base == nullptr) return *schema.object();
  const json::Value* extended = schemas.at(*base->string());
  ensure(extended != nullptr, "What a schema extends is there.");
  json::Object all = flattened(schemas, *extended);
  json::Object properties = *all.find("properties")->object();
  json::Array required = *all.find("required")->array();
  for (const json::Member& member : schema.object()->members()) {
    if (member.name == "properties") {
      for (const json::Member& property : member.value.object()->members()) {
        properties.set(property.name, property.value);
      }
    } else if (member.name == "required") {
      required.insert(required.end(), member.value.array()->begin(), member.value.array()->end());
    } else if (member.name != "extends") {
      all.set(member.name, member.value);
    }
  }
  all.set("required", std::move(required));
  all.set("properties", std::move(properties));
  return all;
}

json::Object all_schemas() {
  json::Array steps;
  for (const KindInfo& kind : kKinds) steps.emplace_back(kind.step);
  json::Object all{{"Kind", json::Object{{"type", "string"}, {"enum", std::move(steps)}}}};
  const json::Value& schemas = *shapes().at("schemas");
  for (const json::Member& schema : schemas.object()->members()) all.add(schema.name, flattened(schemas, schema.value));
  return all;
}

json::Object all_headers() {
  json::Object all;
  for (const json::Member& header : shapes().at("headers")->object()->members()) {
    json::Object described{{"name", header.name}, {"in", "header"}, {"required", false}};
    for (const json::Member& member : header.value.object()->members()) described.add(member.name, member.value);
    all.add(header.name, std::move(described));
  }
  return all;
}

// `shape`: the name of a schema, or {contentType?, schema?}.
json::Value content_of(const json::Value& shape) {
  std::string type = "application/json";
  json::Value schema = json::Object{};
  if (shape.string() != nullptr) schema = schema_of(shape);
  if (shape.at("schema") != nullptr) schema = *shape.at("schema");
  if (shape.at("contentType") != nullptr) type = shape.text_at("contentType");
  return json::Object{{std::move(type), json::Object{{"schema", std::move(schema)}}}};
}

json::Value problem_answer(std::string_view description, std::string_view schema) {
  const json::Object content{{"application/problem+json", json::Object{{"schema", reference("schemas", schema)}}}};
  return json::Object{{"description", description}, {"content", content}};
}

json::Value answers_of(const json::Value& shape) {
  json::Object answers;
  const json::Value* given = shape.at("answers");
  ensure(given != nullptr && given->object() != nullptr, "api/schemas.json names the answers of each operation.");
  for (const json::Member& answer : given->object()->members()) {
    json::Object response{{"description", answer.name.starts_with("3") ? "Not changed" : "Done"}};
    if (!answer.value.is_null()) response.add("content", content_of(answer.value));
    answers.add(answer.name, std::move(response));
  }
  answers.add("4XX", problem_answer("What was asked for is refused", "Problem"));
  answers.add("5XX", problem_answer("The server cannot do it now", "Failure"));
  return answers;
}

json::Value operation(const Route& route) {
  const json::Value* shape =
      shapes().at("operations")->at(std::string(route.method) + " " + std::string(route.pattern));
  ensure(shape != nullptr, "api/schemas.json has an operation for each route.");
  json::Object made{{"summary", shape->text_at("summary")},
                    {"x-syncline-role", who_name(route.who)},
                    {"parameters", parameters_of(route, *shape)}};
  if (route.body != BodyForm::none) {
    const json::Value* body = shape->at("body");
    ensure(body != nullptr, "api/schemas.json has the body of each route that takes one.");
    made.add("requestBody",
             json::Object{{"required", route.body != BodyForm::optional_json}, {"content", content_of(*body)}});
  }
  made.add("responses", answers_of(*shape));
  if (route.who == Who::anyone) made.add("security", json::Array{});
  return made;
}

// The three outer levels with a line for each member, so that a change of the description reads as one.
std::string by_lines(const json::Value& value, int levels = 3) {
  if (value.object() == nullptr || levels == 0) return json::write(value);
  std::string text = "{\n";
  for (const json::Member& member : value.object()->members()) {
    if (text.size() > 2) text += ",\n";
    json::append_string(text, member.name);
    text += ": " + by_lines(member.value, levels - 1);
  }
  return text + "\n}";
}

}  // namespace

std::string openapi_json(std::span<const Route> routes) {
  json::Object paths;
  for (const Route& route : routes) {
    const std::string path(route.pattern);
    const json::Value* there = paths.find(path);
    json::Object methods = there == nullptr ? json::Object() : *there->object();
    std::string method(route.method);
    std::transform(method.begin(), method.end(), method.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    methods.add(method, operation(route));
    paths.set(path, std::move(methods));
  }
  const json::Object cookie{{"type", "apiKey"}, {"in", "cookie"}, {"name", kSessionCookie}};
  const json::Object schemes{{"token", json::Object{{"type", "http"}, {"scheme", "bearer"}}},
                             {"apiKey", json::Object{{"type", "apiKey"}, {"in", "header"}, {"name", "x-api-key"}}},
                             {"session", cookie}};
  const json::Object components{
      {"securitySchemes", schemes}, {"parameters", all_headers()}, {"schemas", all_schemas()}};
  return by_lines(json::Object{
      {"openapi", "3.1.0"},
      {"info", json::Object{{"title", "Syncline"},
                            {"version", "0.1.0"},
                            {"license", json::Object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"security", json::Array{json::Object{{"token", json::Array{}}}, json::Object{{"apiKey", json::Array{}}},
                               json::Object{{"session", json::Array{}}}}},
      {"paths", std::move(paths)},
      {"components", components}});
}

}  // namespace syncline::http
