// The S3 store against answers that are prepared: what it asks, how often, and what it makes of failures. What a real
// server says is in blobs_test.cpp.
#include <gtest/gtest.h>

#include <chrono>

#include "base/clock.h"
#include "base/uuid.h"
#include "blobs/s3_store.h"
#include "support/scripted_server.h"

namespace syncline::blobs {
namespace {

using test::http_answer;

constexpr const char* kSecret = "a secret nobody may see";
constexpr S3Limits kHasty{.patience = {.attempts = 3, .first_pause_ms = 1, .connect_ms = 500, .stalled_s = 1}};

S3Credentials credentials() {
  return {.key_id = "key:id", .secret = secrets::SecretString(kSecret), .session_token = {}};
}

Result<std::unique_ptr<BlobStore>> open_at(const std::string& endpoint) {
  return open_s3_store({.endpoint = endpoint, .region = "eu-1", .bucket = "b", .prefix = "p/"}, credentials(),
                       system_now_ms(), kHasty);
}

std::string place_error(std::string_view text) {
  const auto place = parse_s3_place(text);
  return place.ok() ? "" : place.error().code;
}

TEST(ParseS3Place, ReadsAllParts) {
  const S3Place place = parse_s3_place("s3://bucket/a/b?endpoint=http://127.0.0.1:9000/&region=eu-1").value();

  EXPECT_EQ(place.endpoint, "http://127.0.0.1:9000");
  EXPECT_EQ(place.region, "eu-1");
  EXPECT_EQ(place.bucket, "bucket");
  EXPECT_EQ(place.prefix, "a/b/");
}

TEST(ParseS3Place, HasAmazonsAddressWhenThereIsNone) {
  EXPECT_EQ(parse_s3_place("s3://bucket?region=eu-west-1").value().endpoint, "https://s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(parse_s3_place("s3://bucket").value().prefix, "");
}

TEST(ParseS3Place, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(place_error("s3://"), "usage");
  EXPECT_EQ(place_error("s3:///prefix"), "usage");
  EXPECT_EQ(place_error("s3://bucket/a b"), "usage");
  EXPECT_EQ(place_error("s3://bucket?endpoint=ftp://host"), "usage");
  EXPECT_EQ(place_error("s3://bucket?endpoint=https://user:secret@host"), "usage");
  EXPECT_EQ(place_error("s3://bucket?color=red"), "usage");
  EXPECT_EQ(place_error("blobs"), "usage");
}

TEST(S3Store, SignsEachRequestAndSendsNoSecret) {
  const test::ScriptedServer server({http_answer(200, "<x/>")});
  ASSERT_TRUE(open_at(server.address()).ok());

  for (const std::string& question : server.questions()) {
    EXPECT_NE(question.find("Authorization: AWS4-HMAC-SHA256 Credential=key:id/"), std::string::npos) << question;
    EXPECT_NE(question.find("/eu-1/s3/aws4_request"), std::string::npos) << question;
    EXPECT_EQ(question.find(kSecret), std::string::npos);
  }
}

TEST(S3Store, AsksAgainWhenTheStoreFailsForAMoment) {
  const test::ScriptedServer server({http_answer(503, "<Error><Code>SlowDown</Code></Error>"), "",
                                     http_answer(200, "<x/>"), http_answer(200, "<x/>")});

  EXPECT_TRUE(open_at(server.address()).ok());
  EXPECT_EQ(server.questions().size(), 4U);
}

TEST(S3Store, GivesUpAfterAWhile) {
  const test::ScriptedServer server({http_answer(500, "")});
  const auto opened = open_at(server.address());

  EXPECT_EQ(opened.error().code, "storage_unreachable");
  EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(opened.error().context.find(kSecret), std::string::npos);
  EXPECT_EQ(server.questions().size(), 3U);
}

TEST(S3Store, DoesNotWaitForAStoreThatSaysNothing) {
  const test::ScriptedServer server({"…"});
  const auto began = std::chrono::steady_clock::now();

  EXPECT_EQ(open_at(server.address()).error().code, "storage_unreachable");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST(S3Store, SaysWhenItIsRefused) {
  const test::ScriptedServer server({http_answer(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>")});
  const auto opened = open_at(server.address());

  EXPECT_EQ(opened.error().code, "storage_refused");
  EXPECT_NE(opened.error().context.find("SignatureDoesNotMatch"), std::string::npos);
}

TEST(S3Store, EndsUploadsThatWereBegunLongAgo) {
  const std::string dead = make_uuid7(1).text();
  const std::string young = make_uuid7(2).text();
  const std::string list = "<R><Upload><Key>p/" + dead +
                           "</Key><UploadId>u1</UploadId><Initiated>2020-01-01T00:00:00Z" +
                           "</Initiated></Upload><Upload><Key>p/" + young + "</Key><UploadId>u2</UploadId><Initiated>" +
                           format_time(system_now_ms()) + "</Initiated></Upload></R>";
  const test::ScriptedServer server({http_answer(200, "<x/>"), http_answer(200, list), http_answer(204, "")});
  ASSERT_TRUE(open_at(server.address()).ok());

  ASSERT_EQ(server.questions().size(), 3U);
  EXPECT_TRUE(server.questions()[2].starts_with("DELETE /b/p/" + dead + "?uploadId=u1 "));
}

TEST(S3Store, SaysThatTheStoreIsFull) {
  const test::ScriptedServer server({http_answer(200, "<x/>"), http_answer(200, "<x/>"), http_answer(404, ""),
                                     http_answer(404, ""), http_answer(507, "")});
  const auto store = std::move(open_at(server.address())).value();
  const auto upload = std::move(store->begin(make_uuid7(1))).value();
  ASSERT_TRUE(upload->write("x").ok());

  EXPECT_EQ(upload->finish().error().code, "storage_full");
}

TEST(S3Store, RefusesAPartOfAnotherLengthThanItAskedFor) {
  const test::ScriptedServer server({http_answer(200, "<x/>"), http_answer(200, "<x/>"),
                                     "HTTP/1.1 200 X\r\nConnection: close\r\nContent-Length: 10\r\n\r\n",
                                     http_answer(206, "short", "Content-Range: bytes 0-4/10\r\n")});
  const auto store = std::move(open_at(server.address())).value();
  const auto reader = std::move(store->open(make_uuid7(1))).value();
  char buffer[10];

  EXPECT_EQ(reader->read_at(0, buffer, sizeof(buffer)).error().code, "storage_failed");
}

TEST(XmlText, ResolvesEntitiesOnce) {
  EXPECT_EQ(xml_text("<a><ETag>&quot;x&quot;&amp;lt;</ETag></a>", "ETag").text, "\"x\"&lt;");
  EXPECT_EQ(xml_text("<a>", "a").next, std::string::npos);
}

}  // namespace
}  // namespace syncline::blobs
