// The importer against real files: examples/flowise.
#include "import/flowise.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/json.h"
#include "base/uuid.h"

namespace syncline::import {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<Resource> import_all() {
  std::vector<Resource> all;
  for (const auto& entry : fs::recursive_directory_iterator(SYNCLINE_EXAMPLES_DIR)) {
    if (entry.path().extension() != ".json") continue;
    const std::string source = entry.path().parent_path().filename().string() + "/" + entry.path().filename().string();
    auto resources = read_flowise(source, read_file(entry.path()));
    EXPECT_TRUE(resources.ok()) << entry.path();
    if (!resources.ok()) continue;
    for (Resource& each : resources.value()) all.push_back(std::move(each));
  }
  return without_repeats(std::move(all));
}

TEST(Flowise, RealFilesBecomeResourcesOfManyKinds) {
  std::map<std::string, int> kinds;
  for (const Resource& each : import_all()) {
    ++kinds[each.kind];
    const auto id = parse_uuid(each.id);
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(id->version(), 8);
    EXPECT_FALSE(each.name.empty());
    EXPECT_TRUE(json::parse(each.body, {.depth = 200}).ok()) << each.name;
  }
  for (const char* kind : {"tools", "workflows", "agents", "connections", "knowledgeBases"}) EXPECT_GT(kinds[kind], 0);
}

TEST(Flowise, ASecondImportGivesTheSame) {
  const std::vector<Resource> first = import_all();
  const std::vector<Resource> second = import_all();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].id, second[i].id);
    EXPECT_EQ(first[i].body, second[i].body);
  }
}

TEST(Flowise, ACustomToolIsKeptWordForWord) {
  const std::string text = R"({"name": "add",  "description": "adds", "func": "return $a + 1;", "schema": "[]"})";

  const auto resources = read_flowise("tools/Add.json", text);

  ASSERT_TRUE(resources.ok());
  ASSERT_EQ(resources.value().size(), 1U);
  EXPECT_EQ(resources.value()[0].kind, "tools");
  EXPECT_EQ(resources.value()[0].name, "add");
  EXPECT_EQ(json::member_text(resources.value()[0].body, "flowise"), text);
}

TEST(Flowise, AnExportBringsToolsStoresAndFlowsThatReferToThem) {
  const auto resources =
      read_flowise("export.json",
                   R"({
    "Tool": [{"id": "0b1f2c3d-0000-4000-8000-000000000001", "name": "t", "func": "", "schema": ""}],
    "DocumentStore": [{"id": "0b1f2c3d-0000-4000-8000-000000000002", "name": "s"}],
    "AgentFlowV2": [{"id": "0b1f2c3d-0000-4000-8000-000000000003", "name": "f", "flowData": )" +
                       std::string(R"("{\"nodes\":[{\"id\":\"a\",\"data\":{\"name\":\"agentAgentflow\",\"inputs\":{)") +
                       R"(\"agentTools\":[{\"agentSelectedToolConfig\":{)" +
                       R"(\"selectedTool\":\"0b1f2c3d-0000-4000-8000-000000000001\"}}],)" +
                       R"(\"agentKnowledgeDocumentStores\":[{)" +
                       R"(\"documentStore\":\"0b1f2c3d-0000-4000-8000-000000000002:s\"}]}}}],\"edges\":[]}"}],
    "Variable": [], "ChatMessage": []})");

  ASSERT_TRUE(resources.ok());
  std::map<std::string, Resource> by_kind;
  for (const Resource& each : resources.value()) by_kind[each.kind] = each;
  const json::Value agent = json::parse(by_kind["agents"].body).value();
  EXPECT_EQ((*agent.at("tools")->array())[0].text_at("toolId"), by_kind["tools"].id);
  EXPECT_EQ((*agent.at("knowledgeBases")->array())[0].text_at("knowledgeBaseId"), by_kind["knowledgeBases"].id);
  EXPECT_EQ(by_kind["workflows"].name, "f");
}

TEST(Flowise, AnythingElseIsRefused) {
  EXPECT_EQ(read_flowise("x.json", "{").error().code, "malformed_json");
  EXPECT_EQ(read_flowise("x.json", R"({"a": 1})").error().code, "unknown_format");
  EXPECT_EQ(read_flowise("x.json", "[1]").error().code, "unknown_format");
}

}  // namespace
}  // namespace syncline::import
