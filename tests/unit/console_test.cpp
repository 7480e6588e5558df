// The console's session, and the console itself when it is in the binary.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/world.h"

namespace syncline::test {
namespace {

std::string header_of(const Answer& answer, std::string_view name) {
  for (const http::Header& header : answer.headers) {
    if (http::same_name(header.name, name)) return header.value;
  }
  return "";
}

const http::Header kJson{"Content-Type", "application/json"};
const http::Header kSameOrigin{"Sec-Fetch-Site", "same-origin"};

class ConsoleSession : public testing::Test {
 protected:
  ConsoleSession() {
    world_.add_tenant("dev");
    world_.add_tenant("prod");
    const Answer answer = world_.send(
        {.method = "POST",
         .target = "/api/auth/login",
         .body = R"({"email":"owner@test.example","password":"a password for tests","tenantId":"dev","cookie":true})",
         .headers = {kJson}});
    set_cookie_ = header_of(answer, "Set-Cookie");
    login_ = answer.text;
    cookie_ = {"Cookie", "theme=dark; " + set_cookie_.substr(0, set_cookie_.find(';'))};
  }

  Answer send(std::string method, std::string target, std::vector<http::Header> headers = {}, std::string body = "") {
    headers.push_back(cookie_);
    if (!body.empty()) headers.push_back(kJson);
    return world_.send({std::move(method), std::move(target), std::move(body), std::move(headers)});
  }

  World world_;
  std::string set_cookie_;
  std::string login_;
  http::Header cookie_;
};

TEST_F(ConsoleSession, IsACookieThatScriptsCannotRead) {
  EXPECT_TRUE(set_cookie_.starts_with("__Host-syncline=syn_ses_"));
  EXPECT_NE(set_cookie_.find("; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age="), std::string::npos);
  EXPECT_EQ(login_.find("syn_ses_"), std::string::npos);
  EXPECT_EQ(send("GET", "/api/me").value.text_at("tenant"), "dev");
}

TEST_F(ConsoleSession, LooksAtEachTenantOfItsPerson) {
  EXPECT_EQ(send("GET", "/api/me", {{"x-tenant-id", "prod"}}).value.text_at("tenant"), "prod");
  EXPECT_EQ(send("GET", "/api/me", {{"x-tenant-id", "nowhere"}}).value.text_at("code"), "tenant_not_found");
}

TEST_F(ConsoleSession, ChangesNothingForAnotherSite) {
  const std::string body = R"({"name":"t","body":{}})";
  for (const http::Header& from : {http::Header{"Origin", "https://evil.example"},
                                   {"Origin", "null"},
                                   {"Sec-Fetch-Site", "cross-site"},
                                   {"Sec-Fetch-Site", "same-site"},
                                   {"X-Nothing", ""}}) {
    const Answer refused = send("POST", "/api/documents", {from, {"Host", "syncline.example"}}, body);
    EXPECT_EQ(refused.status, 403) << from.name << ": " << from.value;
    EXPECT_EQ(refused.value.text_at("code"), "cross_site_request");
  }
  EXPECT_EQ(send("POST", "/api/documents", {kSameOrigin}, body).status, 201);
  EXPECT_EQ(send("POST", "/api/documents", {{"Origin", "https://syncline.example"}, {"Host", "syncline.example"}}, body)
                .status,
            201);
}

TEST_F(ConsoleSession, EndsWhereverItLooks) {
  const Answer left = send("POST", "/api/auth/logout", {kSameOrigin, {"x-tenant-id", "prod"}});

  EXPECT_EQ(left.status, 204);
  EXPECT_NE(header_of(left, "Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(send("GET", "/api/me").status, 401);
}

TEST_F(ConsoleSession, TakesNoApiKey) {
  cookie_.value = "__Host-syncline=" + world_.token("owner", "dev");
  EXPECT_EQ(send("GET", "/api/me").status, 401);
}

TEST(Console, HasAPageForEveryPathAndANonceForEachAnswer) {
  World world;
  const Answer first = world.send({.method = "GET", .target = "/"});
  if (first.status == 404) {
    EXPECT_EQ(first.value.text_at("code"), "no_console");
    GTEST_SKIP() << "The console is not built.";
  }
  const Answer second = world.send({.method = "GET", .target = "/runs/1?tab=items"});

  EXPECT_EQ(second.status, 200);
  EXPECT_NE(header_of(first, "Content-Security-Policy"), header_of(second, "Content-Security-Policy"));
  EXPECT_NE(header_of(first, "Content-Security-Policy").find("require-trusted-types-for 'script'"), std::string::npos);
  EXPECT_EQ(first.text.find("__CSP_NONCE__"), std::string::npos);
  EXPECT_EQ(world.send({.method = "GET", .target = "/assets/none.js"}).status, 404);
  EXPECT_EQ(world.send({.method = "GET", .target = "/api/none"}).status, 404);
  EXPECT_EQ(world.send({.method = "POST", .target = "/api/none"}).status, 404);
}

TEST(Console, FilesAreCompressedAndNeverAskedForTwice) {
  World world;
  const std::string page = world.send({.method = "GET", .target = "/"}).text;
  const std::size_t start = page.find("/assets/");
  if (start == std::string::npos) GTEST_SKIP() << "The console is not built.";
  const std::string path = page.substr(start, page.find('"', start) - start);

  const Answer file = world.send({.method = "GET", .target = path});
  EXPECT_EQ(header_of(file, "Content-Encoding"), "gzip");
  EXPECT_EQ(header_of(file, "Cache-Control"), "public, max-age=31536000, immutable");
  const Answer again =
      world.send({.method = "GET", .target = path, .headers = {{"If-None-Match", header_of(file, "ETag")}}});
  EXPECT_EQ(again.status, 304);
}

}  // namespace
}  // namespace syncline::test
