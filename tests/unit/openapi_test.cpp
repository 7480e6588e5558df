// api/openapi.json says what the routes table says. `openapi_test --write` writes the file.
#include "http/openapi.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "http/routes.h"
#include "support/api_shapes.h"

namespace syncline::http {
namespace {

constexpr const char* kFile = SYNCLINE_SOURCE_DIR "/api/openapi.json";

TEST(OpenApi, TheFileIsWhatTheRoutesSay) {
  std::ostringstream file;
  file << std::ifstream(kFile).rdbuf();
  EXPECT_EQ(file.str(), openapi_json(routes()) + "\n");
}

TEST(OpenApi, EachRouteIsThere) {
  const auto description = json::parse(openapi_json(routes()));
  ASSERT_TRUE(description.ok());
  std::size_t operations = 0;
  for (const json::Member& path : description.value().at("paths")->object()->members()) {
    operations += path.value.object()->size();
  }
  EXPECT_EQ(operations, routes().size());
}

TEST(OpenApi, TheShapesAreThoseOfTheRoutes) {
  std::ostringstream file;
  file << std::ifstream(SYNCLINE_SOURCE_DIR "/api/schemas.json").rdbuf();
  const auto shapes = json::parse(file.str());
  ASSERT_TRUE(shapes.ok());
  std::set<std::string> described;
  for (const json::Member& operation : shapes.value().at("operations")->object()->members()) {
    described.insert(operation.name);
  }
  std::set<std::string> known;
  for (const Route& route : routes()) known.insert(std::string(route.method) + " " + std::string(route.pattern));
  EXPECT_EQ(described, known) << "api/schemas.json must describe each route, and nothing else.";
}

// All that the sources quote, since codes are made in many ways.
std::string all_sources() {
  std::ostringstream text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SYNCLINE_SOURCE_DIR "/src")) {
    if (entry.is_regular_file()) text << std::ifstream(entry.path()).rdbuf();
  }
  return text.str();
}

TEST(OpenApi, EachCodeOfAProblemIsInTheSources) {
  const auto description = json::parse(openapi_json(routes()));
  ASSERT_TRUE(description.ok());
  const std::string sources = all_sources();
  const json::Value& code = *description.value().at("components")->at("schemas")->at("ProblemCode");
  std::vector<std::string> unknown;
  for (const json::Value& each : *code.at("enum")->array()) {
    if (sources.find("\"" + *each.string() + "\"") == std::string::npos) unknown.push_back(*each.string());
  }
  EXPECT_EQ(unknown, std::vector<std::string>());
}

TEST(OpenApi, AnObjectSaysWhetherItMayHaveOtherMembers) {
  const auto description = json::parse(openapi_json(routes()));
  ASSERT_TRUE(description.ok());
  std::vector<std::string> open;
  for (const json::Member& schema : description.value().at("components")->at("schemas")->object()->members()) {
    if (schema.value.at("properties") != nullptr && schema.value.at("additionalProperties") == nullptr) {
      open.push_back(schema.name);
    }
  }
  EXPECT_EQ(open, std::vector<std::string>());
}

TEST(OpenApi, AnswersThatAreNotAsPromisedAreFound) {
  const Response ok{.status = 200, .headers = {{"Content-Type", "application/json"}}};
  EXPECT_EQ(test::answer_mistake("GET", "/healthz", ok, R"({"status":"ok"})"), "");
  EXPECT_NE(test::answer_mistake("GET", "/healthz", ok, R"({"status":"ill"})"), "");
  EXPECT_NE(test::answer_mistake("GET", "/healthz", ok, R"({"status":"ok","more":1})"), "");
  EXPECT_NE(test::answer_mistake("GET", "/healthz", ok, ""), "");
  EXPECT_NE(test::answer_mistake("GET", "/api/tools", ok, R"({"items":[{}],"nextCursor":null})"), "");
  const Response refused{.status = 409, .headers = {{"Content-Type", "application/problem+json"}}};
  const auto problem = [](const std::string& code, const std::string& more) {
    return R"({"type":"t","title":"t","status":409,"detail":"d","errors":[],"requestId":"r","code":")" + code + "\"" +
           more + "}";
  };
  EXPECT_EQ(test::answer_mistake("GET", "/api/tools", refused, problem("in_use", R"(,"dependents":[])")), "");
  EXPECT_NE(test::answer_mistake("GET", "/api/tools", refused, problem("no_such_code", "")), "");
  EXPECT_NE(test::answer_mistake("GET", "/api/tools", refused, problem("in_use", R"(,"more":1)")), "");
  EXPECT_NE(test::answer_mistake("DELETE", "/api/tools/x", {.status = 200}, ""), "");
}

}  // namespace
}  // namespace syncline::http

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--write") {
    std::ofstream(syncline::http::kFile) << syncline::http::openapi_json(syncline::http::routes()) << "\n";
    return 0;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
