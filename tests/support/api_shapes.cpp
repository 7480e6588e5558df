#include "support/api_shapes.h"

#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "http/openapi.h"
#include "http/routes.h"
#include "model/kinds.h"

namespace syncline::test {
namespace {

using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  std::istringstream in{std::string(path)};
  for (std::string part; std::getline(in, part, '/');) segments.push_back(part);
  return segments;
}

}  // namespace

const http::Route* find_route(std::string_view method, std::string_view path) {
  const std::vector<std::string> segments = segments_of(path);
  for (const http::Route& route : http::routes()) {
    const std::vector<std::string> pattern = segments_of(route.pattern);
    if (pattern.back() == "{page}") return path.starts_with("/api") || route.method != method ? nullptr : &route;
    bool fits = pattern.size() == segments.size() && route.method == method;
    for (std::size_t i = 0; i < pattern.size() && fits; ++i) {
      fits = pattern[i] == "{kind}" ? kind_of_step(segments[i]).has_value()
                                    : pattern[i].starts_with("{") || pattern[i] == segments[i];
    }
    if (fits) return &route;
  }
  return nullptr;
}

namespace {

class Description {
 public:
  Description() : root_(Json::parse(http::openapi_json(http::routes()))) {}

  // The answer that is promised, or null.
  const Json* promised(const http::Route& route, int status) const {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c | 0x20);
    const Json& answers = root_["paths"][std::string(route.pattern)][method]["responses"];
    const auto exact = answers.find(std::to_string(status));
    if (exact != answers.end()) return &*exact;
    if (status < 400) return nullptr;
    return status < 500 ? &answers["4XX"] : &answers["5XX"];
  }

  std::string mistake(const Json& schema, std::string_view text) {
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded()) return "is no JSON";
    const Adapter adapter(value);
    valijson::ValidationResults results;
    valijson::Validator validator;
    if (validator.validate(compiled(schema), adapter, &results)) return "";
    std::string all;
    for (valijson::ValidationResults::Error error; results.popError(error);) {
      all += "\n  ";
      for (const std::string& step : error.context) all += step;
      all += ": " + error.description;
    }
    return "is not what the description says:" + all;
  }

 private:
  const valijson::Schema& compiled(const Json& schema) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<valijson::Schema>& kept = compiled_[schema.dump()];
    if (!kept) {
      Json document = schema;
      document["components"] = root_["components"];
      kept = std::make_unique<valijson::Schema>();
      valijson::SchemaParser parser;
      const Adapter adapter(document);
      parser.populateSchema(adapter, *kept);
    }
    return *kept;
  }

  const Json root_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<valijson::Schema>> compiled_;
};

std::string media_type_of(const http::Response& answer) {
  for (const http::Header& header : answer.headers) {
    if (http::same_name(header.name, "Content-Type")) return header.value.substr(0, header.value.find(';'));
  }
  return "";
}

}  // namespace

std::string answer_mistake(std::string_view method, std::string_view path, const http::Response& answer,
                           std::string_view text) {
  static Description description;
  const std::string name = std::string(method) + " " + std::string(path) + " " + std::to_string(answer.status);
  const http::Route* route = find_route(method, path);
  if (route == nullptr) return answer.status >= 400 ? "" : name + ": no route of the table";
  const Json* promised = description.promised(*route, answer.status);
  if (promised == nullptr) return name + ": the description does not know this status";
  const auto content = promised->find("content");
  if (content == promised->end()) return text.empty() ? "" : name + ": the description promises no body";
  const std::string type = media_type_of(answer);
  const auto of_type = content->find(content->contains("*/*") ? "*/*" : type);
  if (of_type == content->end()) return name + ": the description does not know the type " + type;
  if (type != "application/json" && type != "application/problem+json") return "";
  const std::string mistake = description.mistake((*of_type)["schema"], text);
  return mistake.empty() ? "" : name + " " + mistake + "\n  in " + std::string(text.substr(0, 2000));
}

}  // namespace syncline::test
