// api/openapi.json says what the routes table says. `openapi_test --write` writes the file.
#include "http/openapi.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string_view>

#include "http/routes.h"

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
