// What happens to a knowledge base while its embeddings come.
#include "catalog/contents.h"

#include <gtest/gtest.h>

#include "support/world.h"

namespace syncline::catalog {
namespace {

std::string knowledge_base(const std::string& document, int dimensions) {
  return R"({"name":"k","body":{"documents":[{"documentId":")" + document +
         R"("}],"embedding":{"provider":"p","model":"m","dimensions":)" + std::to_string(dimensions) + "}}}";
}

TEST(Embeddings, ThatCameForOtherDimensionsAreRefusedAndNotKept) {
  test::World world;
  world.add_tenant("dev");
  const auto ask = [&](const std::string& method, const std::string& path, const std::string& body = "") {
    return world.send({.method = method, .target = path, .body = body}, "owner", "dev");
  };
  const std::string document = ask("POST", "/api/documents", R"({"name":"d","body":{}})").value.text_at("id");
  const std::string base = ask("POST", "/api/knowledgeBases", knowledge_base(document, 2)).value.text_at("id");
  const Principal who{.person = make_uuid7(1), .email = "a@b.test", .tenant = "dev", .role = Role::owner, .token = {}};

  bool told = false;
  const auto put = put_embeddings(
      world.services(), who, parse_uuid(base).value(), parse_uuid(document).value(),
      [&](char* buffer, std::size_t) -> Result<std::size_t> {
        if (told) return std::size_t{0};
        told = true;
        EXPECT_EQ(ask("PATCH", "/api/knowledgeBases/" + base, knowledge_base(document, 3)).status, 200);
        constexpr std::string_view kLine = R"({"text":"a","vector":[1,2]})";
        return kLine.copy(buffer, kLine.size());
      },
      "");

  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().code, "embedding_model_changed");
  EXPECT_EQ(put.error().kind, ErrorKind::conflict);
  const auto blobs = world.services().blobs.list();
  EXPECT_TRUE(blobs.ok() && blobs.value().empty());
}

}  // namespace
}  // namespace syncline::catalog
