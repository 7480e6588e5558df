#include "http/openapi.h"

#include <algorithm>
#include <map>

#include "model/kinds.h"

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

json::Value string_schema(std::string_view name) {
  json::Object schema{{"type", "string"}};
  if (name == "kind" || name == "step") {
    json::Array steps;
    for (const KindInfo& kind : kKinds) steps.emplace_back(kind.step);
    schema.add("enum", std::move(steps));
  }
  return schema;
}

json::Value parameter(std::string_view name, std::string_view place) {
  return json::Object{{"name", name}, {"in", place}, {"required", place == "path"}, {"schema", string_schema(name)}};
}

json::Array parameters_of(const Route& route) {
  json::Array parameters;
  for (std::size_t at = route.pattern.find('{'); at != std::string_view::npos; at = route.pattern.find('{', at + 1)) {
    const std::size_t end = route.pattern.find('}', at);
    parameters.push_back(parameter(route.pattern.substr(at + 1, end - at - 1), "path"));
  }
  for (std::string_view rest = route.query; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    parameters.push_back(parameter(rest.substr(0, end), "query"));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parameters;
}

json::Value content(std::string_view type, json::Value schema) {
  return json::Object{{std::string(type), json::Object{{"schema", std::move(schema)}}}};
}

json::Value operation(const Route& route) {
  json::Object made{{"x-syncline-role", who_name(route.who)}, {"parameters", parameters_of(route)}};
  if (route.body == BodyForm::json || route.body == BodyForm::optional_json) {
    made.add("requestBody", json::Object{{"required", route.body == BodyForm::json},
                                         {"content", content("application/json", json::Object{{"type", "object"}})}});
  }
  if (route.body == BodyForm::stream) {
    made.add("requestBody", json::Object{{"required", true}, {"content", content("*/*", json::Object{})}});
  }
  json::Object responses{{"2XX", json::Object{{"description", "Done"}}}};
  responses.add("default", json::Object{{"description", "A problem"},
                                        {"content", content("application/problem+json",
                                                            json::Object{{"$ref", "#/components/schemas/Problem"}})}});
  made.add("responses", std::move(responses));
  if (route.who == Who::anyone) made.add("security", json::Array{});
  return made;
}

json::Value problem_schema() {
  const json::Value text = json::Object{{"type", "string"}};
  const json::Value error =
      json::Object{{"type", "object"}, {"properties", json::Object{{"pointer", text}, {"detail", text}}}};
  return json::Object{{"type", "object"},
                      {"required", json::Array{"type", "title", "status", "code", "detail", "errors", "requestId"}},
                      {"properties", json::Object{{"type", text},
                                                  {"title", text},
                                                  {"status", json::Object{{"type", "integer"}}},
                                                  {"code", text},
                                                  {"detail", text},
                                                  {"errors", json::Object{{"type", "array"}, {"items", error}}},
                                                  {"requestId", text}}}};
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
  const json::Object schemes{{"token", json::Object{{"type", "http"}, {"scheme", "bearer"}}},
                             {"apiKey", json::Object{{"type", "apiKey"}, {"in", "header"}, {"name", "x-api-key"}}}};
  const json::Object components{{"securitySchemes", schemes}, {"schemas", json::Object{{"Problem", problem_schema()}}}};
  return json::write(json::Object{
      {"openapi", "3.1.0"},
      {"info", json::Object{{"title", "Syncline"},
                            {"version", "0.1.0"},
                            {"license", json::Object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"security", json::Array{json::Object{{"token", json::Array{}}}, json::Object{{"apiKey", json::Array{}}}}},
      {"paths", std::move(paths)},
      {"components", components}});
}

}  // namespace syncline::http
