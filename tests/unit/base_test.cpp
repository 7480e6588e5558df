#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <thread>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/merge_patch.h"
#include "base/uuid.h"

namespace syncline {
namespace {

using json::member_text;
using json::parse;
using json::write;

std::string round_trip(std::string_view text) {
  const auto value = parse(text);
  return value.ok() ? write(value.value()) : value.error().code;
}

std::string error_code(std::string_view text, const json::Limits& limits = {}) {
  const auto value = parse(text, limits);
  return value.ok() ? "none" : value.error().code;
}

std::string error_pointer(std::string_view text) {
  const auto value = parse(text);
  return value.ok() || value.error().fields.empty() ? "none" : value.error().fields[0].pointer;
}

std::string error_message(std::string_view text) {
  const auto value = parse(text);
  return value.ok() ? "none" : value.error().message;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string object_of(int members, const std::string& tail = "") {
  std::string text = "{";
  for (int index = 0; index < members; ++index) text += "\"m" + std::to_string(index) + "\":0,";
  text += tail;
  if (text.back() == ',') text.pop_back();
  return text + "}";
}

TEST(Json, KeepsMembersInTheirOrder) {
  EXPECT_EQ(round_trip(" { \"b\" : 1 , \"a\" : [ true, false, null, \"x\", {} , [] ] } "),
            R"({"b":1,"a":[true,false,null,"x",{},[]]})");
}

TEST(Json, IntegersThatFitAreIntegers) {
  EXPECT_EQ(*parse("9223372036854775807").value().integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*parse("-9223372036854775808").value().integer(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(*parse("0").value().integer(), 0);
}

TEST(Json, OtherNumbersAreTheNearestDouble) {
  EXPECT_EQ(parse("9223372036854775808").value().integer(), nullptr);
  EXPECT_EQ(*parse("9223372036854775808").value().number(), 9223372036854775808.0);
  EXPECT_EQ(*parse("0.2").value().number(), 0.2);
  EXPECT_EQ(*parse("4.9406564584124654e-324").value().number(), 4.9406564584124654e-324);
  EXPECT_EQ(*parse("1.7976931348623157E+308").value().number(), std::numeric_limits<double>::max());
  EXPECT_EQ(*parse("0e999999").value().number(), 0.0);
}

TEST(Json, WritesTheShortestNumberThatReadsBack) {
  EXPECT_EQ(round_trip("0.2"), "0.2");
  EXPECT_EQ(round_trip("1.10"), "1.1");
  EXPECT_EQ(round_trip("0.30000000000000004"), "0.30000000000000004");
  EXPECT_EQ(round_trip("1e22"), "1e+22");
  EXPECT_EQ(round_trip("-0"), "-0");
}

TEST(Json, WritesNullForWhatIsNoNumber) {
  EXPECT_EQ(write(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(write(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(Json, RefusesNumbersOutOfRange) {
  EXPECT_EQ(error_code("1e400"), "malformed_json");
  EXPECT_EQ(error_code("-1e400"), "malformed_json");
  EXPECT_EQ(error_code("1e-400"), "malformed_json");
}

TEST(Json, RefusesWhatIsNotQuiteANumber) {
  EXPECT_EQ(error_code("01"), "malformed_json");
  EXPECT_EQ(error_code("+1"), "malformed_json");
  EXPECT_EQ(error_code("-"), "malformed_json");
  EXPECT_EQ(error_code("1."), "malformed_json");
  EXPECT_EQ(error_code(".5"), "malformed_json");
  EXPECT_EQ(error_code("1e"), "malformed_json");
  EXPECT_EQ(error_code("1e+"), "malformed_json");
  EXPECT_EQ(error_code("0x10"), "malformed_json");
  EXPECT_EQ(error_code("NaN"), "malformed_json");
  EXPECT_EQ(error_code("Infinity"), "malformed_json");
}

TEST(Json, RefusesLooseSyntax) {
  EXPECT_EQ(error_code(""), "malformed_json");
  EXPECT_EQ(error_code(" "), "malformed_json");
  EXPECT_EQ(error_code("[1,]"), "malformed_json");
  EXPECT_EQ(error_code("[,1]"), "malformed_json");
  EXPECT_EQ(error_code("[1 2]"), "malformed_json");
  EXPECT_EQ(error_code("[1"), "malformed_json");
  EXPECT_EQ(error_code("{\"a\":1,}"), "malformed_json");
  EXPECT_EQ(error_code("{\"a\" 1}"), "malformed_json");
  EXPECT_EQ(error_code("{\"a\":}"), "malformed_json");
  EXPECT_EQ(error_code("{a:1}"), "malformed_json");
  EXPECT_EQ(error_code("{\"a\":1"), "malformed_json");
  EXPECT_EQ(error_code("['a']"), "malformed_json");
  EXPECT_EQ(error_code("[1]//"), "malformed_json");
  EXPECT_EQ(error_code("1 2"), "malformed_json");
  EXPECT_EQ(error_code("tru"), "malformed_json");
  EXPECT_EQ(error_code("\f1"), "malformed_json");
  EXPECT_EQ(error_code("\xEF\xBB\xBF{}"), "malformed_json");
}

TEST(Json, SaysWhereItStopped) {
  EXPECT_EQ(error_message("[1, 2,, 3]"), "The JSON is malformed at byte 6: a value was expected.");
  EXPECT_EQ(error_message("{\"a\":1 \"b\":2}"), "The JSON is malformed at byte 7: a comma or } was expected.");
  EXPECT_EQ(error_message("[\"a\xFF\"]"), "The text is not UTF-8 at byte 3.");
}

TEST(Json, ReadsEveryEscape) {
  EXPECT_EQ(*parse(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00")").value().string(),
            "\"\\/\b\f\n\r\tA\u00e9\u20ac\U0001F600");
}

TEST(Json, RefusesBadEscapes) {
  EXPECT_EQ(error_code(R"("\x41")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\u12")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\u12G4")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\u-123")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\)"), "malformed_json");
  EXPECT_EQ(error_code(R"("abc)"), "malformed_json");
  EXPECT_EQ(error_code("\"a\nb\""), "malformed_json");
  EXPECT_EQ(error_code(std::string_view("\"a\0b\"", 5)), "malformed_json");
}

TEST(Json, RefusesLoneSurrogates) {
  EXPECT_EQ(error_code(R"("\ud800")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\ud800x")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\ud800\u0041")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\ud800\ud800")"), "malformed_json");
  EXPECT_EQ(error_code(R"("\udc00\ud800")"), "malformed_json");
}

TEST(Json, RefusesTheNulCharacterAndSaysWhere) {
  EXPECT_EQ(error_code(R"(["\u0000"])"), "nul_character");
  EXPECT_EQ(parse(R"(["\u0000"])").error().kind, ErrorKind::invalid);
  EXPECT_EQ(error_pointer(R"({"a":[1,"x\u0000"]})"), "/a/1");
  EXPECT_EQ(error_pointer(R"({"a":{"\u0000":1}})"), "/a");
}

TEST(Json, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(error_code("\"\x80\""), "invalid_utf8");
  EXPECT_EQ(error_code("\"\xC0\x80\""), "invalid_utf8");
  EXPECT_EQ(error_code("\"\xE0\x9F\xBF\""), "invalid_utf8");
  EXPECT_EQ(error_code("\"\xED\xA0\x80\""), "invalid_utf8");
  EXPECT_EQ(error_code("\"\xF0\x8F\xBF\xBF\""), "invalid_utf8");
  EXPECT_EQ(error_code("\"\xF4\x90\x80\x80\""), "invalid_utf8");
  EXPECT_EQ(error_code("\"\xE2\x82"), "invalid_utf8");
  EXPECT_EQ(parse("\"\x80\"").error().kind, ErrorKind::malformed);
}

TEST(ValidUtf8, AcceptsTheEdgesOfEachLength) {
  EXPECT_TRUE(json::valid_utf8(""));
  EXPECT_TRUE(json::valid_utf8("plain text longer than eight bytes"));
  EXPECT_TRUE(json::valid_utf8("\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"));
  EXPECT_TRUE(json::valid_utf8("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(json::valid_utf8("seven..\xFF"));
}

TEST(Json, RefusesDuplicateMembersAndPointsAtThem) {
  EXPECT_EQ(error_code(R"({"a":1,"a":2})"), "duplicate_member");
  EXPECT_EQ(error_code(R"({"a":1,"\u0061":2})"), "duplicate_member");
  EXPECT_EQ(error_pointer(R"({"a":[0,{"x/~y":1,"x/~y":2}]})"), "/a/1/x~1~0y");
  EXPECT_EQ(error_message(R"({"a":1,"a":2})"), "The object has this member twice, again at byte 7.");
}

TEST(Json, FindsDuplicatesAmongManyMembers) {
  EXPECT_EQ(error_code(object_of(15, "\"m0\":1")), "duplicate_member");
  EXPECT_EQ(error_code(object_of(16, "\"m0\":1")), "duplicate_member");
  EXPECT_EQ(error_code(object_of(17, "\"m16\":1")), "duplicate_member");
  EXPECT_EQ(error_code(object_of(5000, "\"m4999\":1")), "duplicate_member");
  EXPECT_EQ(error_code(object_of(5000)), "none");
}

TEST(Json, BoundsTheDepth) {
  EXPECT_EQ(error_code(nested(64)), "none");
  EXPECT_EQ(error_code(nested(65)), "json_too_deep");
  EXPECT_EQ(error_code("{\"a\":[]}", {.depth = 1}), "json_too_deep");
  EXPECT_EQ(error_code("{\"a\":1}", {.depth = 1}), "none");
}

TEST(Json, BoundsTheNumberOfValues) {
  EXPECT_EQ(error_code("[1,2]", {.nodes = 3}), "none");
  EXPECT_EQ(error_code("[1,2,3]", {.nodes = 3}), "json_too_large");
}

TEST(Json, WritesTextsEscaped) {
  EXPECT_EQ(write(std::string("\"\\/\b\f\n\r\t\x01\x1f\x7f\u00e9")),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\u00e9\"");
}

TEST(Json, WritesRawTextsAsTheyAre) {
  EXPECT_EQ(write(json::Object{{"body", json::Raw{"{ \"a\": 1.0 }"}}}), R"({"body":{ "a": 1.0 }})");
}

TEST(JsonObject, SetReplacesAndEraseRemoves) {
  json::Object object{{"a", 1}, {"b", 2}};
  object.set("a", 3);
  object.set("c", "x");

  EXPECT_TRUE(object.erase("b"));
  EXPECT_FALSE(object.erase("b"));
  EXPECT_EQ(write(object), R"({"a":3,"c":"x"})");
  EXPECT_EQ(object.size(), 2U);
}

TEST(JsonValue, AsksForMembersOfAnything) {
  const json::Value value = json::Object{{"a", "text"}, {"b", 1}};

  EXPECT_EQ(value.text_at("a"), "text");
  EXPECT_EQ(value.text_at("b"), "");
  EXPECT_EQ(value.at("c"), nullptr);
  EXPECT_EQ(json::Value(1).at("a"), nullptr);
  EXPECT_EQ(*value.at("b")->number(), 1.0);
}

TEST(MemberText, IsTheVerbatimValue) {
  const std::string_view document =
      " { \"a\" : 1.50 ,\"b\":{ \"a\":\"}\\\"]\", \"x\":[1, {}] },\"c\":\"q\\\\\" , \"d\":[ ] , \"e\":true}";

  EXPECT_EQ(member_text(document, "a"), "1.50");
  EXPECT_EQ(member_text(document, "b"), "{ \"a\":\"}\\\"]\", \"x\":[1, {}] }");
  EXPECT_EQ(member_text(document, "c"), "\"q\\\\\"");
  EXPECT_EQ(member_text(document, "d"), "[ ]");
  EXPECT_EQ(member_text(document, "e"), "true");
  EXPECT_EQ(member_text(document, "x"), "");
}

TEST(MemberText, ComparesNamesAfterTheirEscapes) {
  EXPECT_EQ(member_text(R"({"\u0061\"":1,"b":2})", "a\""), "1");
  EXPECT_EQ(member_text(R"({"\u0061":1,"b":2})", "b"), "2");
}

TEST(MemberText, OfAnythingButAnObjectIsEmpty) {
  EXPECT_EQ(member_text("[\"a\",1]", "a"), "");
  EXPECT_EQ(member_text("{}", "a"), "");
  EXPECT_EQ(member_text("", "a"), "");
}

TEST(Sha256, MatchesTheStandardsExamples) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, InPartsIsTheSame) {
  Sha256Stream stream;
  stream.update("a");
  stream.update("");
  stream.update("bc");

  EXPECT_EQ(stream.finish(), sha256("abc"));
}

TEST(Hex, GoesBothWays) {
  EXPECT_EQ(to_hex(std::string_view("\x00\xfe\x10", 3)), "00fe10");
  EXPECT_EQ(from_hex("00FE10").value(), std::string("\x00\xfe\x10", 3));
  EXPECT_EQ(from_hex("0").error().code, "invalid_hex");
  EXPECT_EQ(from_hex("0g").error().code, "invalid_hex");
}

TEST(Base64Url, GoesBothWays) {
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(from_base64url("-_8").value(), "\xfb\xff");
  EXPECT_EQ(from_base64url("Zm9vYmFy").value(), "foobar");
  EXPECT_EQ(from_base64url("").value(), "");
}

TEST(Base64Url, RefusesOtherForms) {
  EXPECT_FALSE(from_base64url("Zg==").ok());
  EXPECT_FALSE(from_base64url("Z").ok());
  EXPECT_FALSE(from_base64url("Zh").ok());
  EXPECT_FALSE(from_base64url("+/8").ok());
  EXPECT_FALSE(from_base64url("Zm 9v").ok());
}

TEST(RandomBytes, DifferEachTime) {
  EXPECT_EQ(random_bytes(16).size(), 16U);
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

TEST(EqualInConstantTime, ComparesSizesAndBytes) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

constexpr std::string_view kId = "2ed6657d-e927-568b-95e1-2665a8aea6a2";

TEST(Uuid, Version5MatchesTheStandardsExample) {
  const Uuid dns = *parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

  EXPECT_EQ(make_uuid5(dns, "www.example.com").text(), kId);
  EXPECT_EQ(make_uuid5(dns, "www.example.com").version(), 5);
}

TEST(Uuid, ReadsEitherCaseAndOnlyThatForm) {
  EXPECT_EQ(parse_uuid("2ED6657D-E927-568B-95E1-2665A8AEA6A2")->text(), kId);
  EXPECT_FALSE(parse_uuid(""));
  EXPECT_FALSE(parse_uuid("2ed6657de927568b95e12665a8aea6a2"));
  EXPECT_FALSE(parse_uuid("{2ed6657d-e927-568b-95e1-2665a8aea6a}"));
  EXPECT_FALSE(parse_uuid("2ed6657d-e927-568b-95e1-2665a8aea6ag"));
  EXPECT_FALSE(parse_uuid("2ed6657d-e927-568b-95e12665a8aea6a2--"));
}

TEST(Uuid, BytesAndTextAgree) {
  const Uuid id = *parse_uuid(kId);

  EXPECT_EQ(to_hex(id.view()), "2ed6657de927568b95e12665a8aea6a2");
  EXPECT_EQ(Uuid::from_bytes(id.view()), id);
}

TEST(Uuid, Version7HoldsItsTime) {
  const TimeMs soon = system_now_ms() + 1000;
  const Uuid id = make_uuid7(soon);

  EXPECT_EQ(id.version(), 7);
  EXPECT_EQ(id.bytes[8] >> 6, 2);
  EXPECT_EQ(std::stoll(to_hex(id.view().substr(0, 6)), nullptr, 16), soon);
}

TEST(Uuid, Version7IncreasesEvenWhenTheClockGoesBack) {
  const Uuid first = make_uuid7(2000);
  const Uuid second = make_uuid7(2000);
  const Uuid third = make_uuid7(1000);

  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST(Uuid, Version7IsUniqueAcrossThreads) {
  std::vector<Uuid> left(10'000);
  std::vector<Uuid> right(10'000);
  std::thread other([&right] { std::generate(right.begin(), right.end(), [] { return make_uuid7(5); }); });
  std::generate(left.begin(), left.end(), [] { return make_uuid7(5); });
  other.join();

  EXPECT_TRUE(std::is_sorted(left.begin(), left.end()));
  left.insert(left.end(), right.begin(), right.end());
  std::sort(left.begin(), left.end());
  EXPECT_EQ(std::adjacent_find(left.begin(), left.end()), left.end());
}

std::vector<std::size_t> offsets_in(const std::string& text) {
  std::vector<std::size_t> offsets;
  for (const IdMention& mention : find_ids(text)) offsets.push_back(mention.offset);
  return offsets;
}

using Offsets = std::vector<std::size_t>;

TEST(FindIds, FindsEachIdWhereItStands) {
  const std::string id(kId);

  EXPECT_EQ(offsets_in(""), Offsets{});
  EXPECT_EQ(offsets_in(id), Offsets{0});
  EXPECT_EQ(offsets_in(id + " " + id), (Offsets{0, 37}));
  EXPECT_EQ(offsets_in("use " + id + "."), Offsets{4});
  EXPECT_EQ(offsets_in(std::string(1000, '.') + id), Offsets{1000});
  EXPECT_EQ(find_ids("[" + id + "]")[0].id, *parse_uuid(kId));
}

TEST(FindIds, FindsAnIdAtEveryOffsetOfABlock) {
  Offsets found;
  for (std::size_t at = 0; at < 200; ++at) {
    const Offsets offsets = offsets_in(std::string(at, ' ') + std::string(kId) + std::string(at % 7, ' '));
    found.insert(found.end(), offsets.begin(), offsets.end());
  }
  Offsets expected(200);
  std::iota(expected.begin(), expected.end(), 0U);

  EXPECT_EQ(found, expected);
}

TEST(FindIds, TakesWholeWordsOnly) {
  const std::string id(kId);

  EXPECT_EQ(offsets_in("a" + id), Offsets{});
  EXPECT_EQ(offsets_in(id + "F"), Offsets{});
  EXPECT_EQ(offsets_in("-" + id), Offsets{});
  EXPECT_EQ(offsets_in(id + "-"), Offsets{});
  EXPECT_EQ(offsets_in(id + "-" + id), Offsets{});
  EXPECT_EQ(offsets_in("g" + id + "z"), Offsets{1});
  EXPECT_EQ(offsets_in(id.substr(0, 35)), Offsets{});
  EXPECT_EQ(offsets_in(std::string(500, '-')), Offsets{});
}

TEST(Time, IsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(format_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_time(951'782'400'001), "2000-02-29T00:00:00.001Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59.999Z");
}

TEST(Time, IsReadWithZOrAnOffset) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_time("2000-02-29T00:00:00.001Z"), 951'782'400'001);
  EXPECT_EQ(parse_time("2000-02-29t01:30:00.0019999+01:30"), 951'782'400'001);
  EXPECT_EQ(parse_time("1969-12-31T23:59:59.9-00:00"), -100);
  EXPECT_EQ(parse_time("1969-12-31T20:00:00-04:00"), 0);
}

TEST(Time, OtherTextsAreNone) {
  EXPECT_FALSE(parse_time(""));
  EXPECT_FALSE(parse_time("1970-01-01"));
  EXPECT_FALSE(parse_time("1970-01-01T00:00:00"));
  EXPECT_FALSE(parse_time("1970-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_time("1970-01-01T24:00:00Z"));
  EXPECT_FALSE(parse_time("1970-01-01T00:00:60Z"));
  EXPECT_FALSE(parse_time("1970-01-01T00:00:00.Z"));
  EXPECT_FALSE(parse_time("1970-01-01T00:00:00+0100"));
  EXPECT_FALSE(parse_time("1970-01-01T00:00:00Zx"));
  EXPECT_FALSE(parse_time("1970-1-01T00:00:00Z"));
}

TEST(ElementTexts, AreVerbatim) {
  EXPECT_EQ(json::element_texts(R"([])").size(), 0U);
  const std::vector<std::string_view> texts = json::element_texts(R"([1,{"a":[2,"]"]},"x,\"y"])");
  EXPECT_EQ(texts, (std::vector<std::string_view>{"1", R"({"a":[2,"]"]})", R"("x,\"y")"}));
}

std::string merged(std::string_view target, std::string_view patch) {
  return write(json::merge_patch(parse(target).value(), parse(patch).value()));
}

TEST(MergePatch, DoesWhatRfc7396SaysInItsAppendix) {
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"b":"c"})"), R"({"a":"b","b":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":null})"), "{}");
  EXPECT_EQ(merged(R"({"a":"b","b":"c"})", R"({"a":null})"), R"({"b":"c"})");
  EXPECT_EQ(merged(R"({"a":["b"]})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"c"})", R"({"a":["b"]})"), R"({"a":["b"]})");
  EXPECT_EQ(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"), R"({"a":{"b":"d"}})");
  EXPECT_EQ(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})"), R"({"a":[1]})");
  EXPECT_EQ(merged(R"(["a","b"])", R"(["c","d"])"), R"(["c","d"])");
  EXPECT_EQ(merged(R"({"a":"b"})", R"(["c"])"), R"(["c"])");
  EXPECT_EQ(merged(R"({"a":"foo"})", "null"), "null");
  EXPECT_EQ(merged(R"({"a":"foo"})", R"("bar")"), R"("bar")");
  EXPECT_EQ(merged(R"({"e":null})", R"({"a":1})"), R"({"e":null,"a":1})");
  EXPECT_EQ(merged("[1,2]", R"({"a":"b","c":null})"), R"({"a":"b"})");
  EXPECT_EQ(merged("{}", R"({"a":{"bb":{"ccc":null}}})"), R"({"a":{"bb":{}}})");
}

}  // namespace
}  // namespace syncline
