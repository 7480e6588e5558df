// The semantic difference of two JSON values, and that what it says is all there is to say.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "planning/diff.h"
#include "planning/sequences.h"
#include "planning/three_way.h"

namespace syncline::planning {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return std::move(value).value();
}

// "changed /model", "moved /tools/1 from /tools/0" …
std::vector<std::string> said(std::string_view before, std::string_view after) {
  std::vector<std::string> lines;
  for (const FieldChange& change : diff_values(parsed(before), parsed(after))) {
    std::string line = std::string(op_name(change.op)) + " " + change.pointer;
    if (!change.from.empty()) line += " from " + change.from;
    lines.push_back(std::move(line));
  }
  return lines;
}
using Said = std::vector<std::string>;

TEST(Diff, MembersByName) {
  EXPECT_EQ(said(R"({"a":1,"b":{"c":true},"d":null})", R"({"d":null,"b":{"c":false},"e/f":1})"),
            (Said{"removed /a", "changed /b/c", "added /e~1f"}));
  EXPECT_EQ(said(R"({"a":1,"b":[{"x":1,"y":2}]})", R"({"b":[{"y":2,"x":1}],"a":1})"), Said{});
}

TEST(Diff, EntriesByWhatTheyAre) {
  EXPECT_EQ(said(R"([{"toolId":"a","v":1},{"toolId":"b"},{"toolId":"c"}])",
                 R"([{"toolId":"c"},{"toolId":"a","v":2},{"toolId":"d"}])"),
            (Said{"removed /1", "added /2", "moved /0 from /2", "changed /1/v"}));
  EXPECT_EQ(said(R"({"steps":[{"name":"x","n":1}]})", R"({"steps":[{"name":"y"},{"name":"x","n":2}]})"),
            (Said{"added /steps/0", "changed /steps/1/n"}));
}

TEST(Diff, OtherEntriesByBeingEqualAndByPosition) {
  EXPECT_EQ(said(R"(["a","b","c"])", R"(["a","c","b"])").size(), 1U);
  EXPECT_EQ(said(R"(["a","b"])", R"(["a","x","b"])"), Said{"added /1"});
  EXPECT_EQ(said(R"(["a","b","c"])", R"(["a","x","c"])"), Said{"changed /1"});
  EXPECT_EQ(said(R"([{"x":1,"y":[1,2]},"z"])", R"([{"x":1,"y":[1,2,3]},"z"])"), Said{"added /0/y/2"});
  EXPECT_EQ(said(R"(["a","a"])", R"(["a"])"), Said{"removed /1"});
}

// "conflict /model", "target_only /tools/1 source removed target moved" …
std::vector<std::string> said_of_three(std::string_view synced, std::string_view source, std::string_view target) {
  const json::Value values[] = {parsed(synced), parsed(source), parsed(target)};
  std::vector<std::string> lines;
  for (const ThreeWayField& field : compare_sides({.synced = &values[0], .source = &values[1], .target = &values[2]})) {
    std::string line = std::string(state_name(field.state)) + " " + field.pointer;
    if (field.in_source) line += " source " + std::string(op_name(field.in_source->op));
    if (field.in_target) line += " target " + std::string(op_name(field.in_target->op));
    lines.push_back(std::move(line));
  }
  return lines;
}

TEST(ThreeWay, SaysWhoChangedWhat) {
  EXPECT_EQ(said_of_three(R"({"a":1,"b":1,"c":1,"d":1,"e":1})", R"({"a":2,"b":2,"c":1,"d":2,"e":1})",
                          R"({"a":1,"b":2,"c":2,"d":3,"e":1})"),
            (Said{"source_only /a source changed", "same /b source changed target changed",
                  "target_only /c target changed", "conflict /d source changed target changed"}));
}

TEST(ThreeWay, KnowsEntriesOnEachSideByWhatTheyAre) {
  EXPECT_EQ(said_of_three(R"([{"name":"a","n":1},{"name":"b","n":1}])", R"([{"name":"a","n":1},{"name":"b","n":2}])",
                          R"([{"name":"x"},{"name":"a","n":1},{"name":"b","n":3}])"),
            (Said{"target_only /0 target added", "conflict /2/n source changed target changed"}));
  EXPECT_EQ(said_of_three(R"(["a"])", R"(["a","b"])", R"(["b","a"])"), Said{"same /0 source added target added"});
  EXPECT_EQ(said_of_three(R"([{"id":1},{"id":2}])", R"([{"id":2},{"id":1}])", R"([{"id":1}])"),
            (Said{"source_only /1 source moved", "target_only /1 target removed"}));
}

TEST(ThreeWay, AChangeInsideWhatTheOtherRemovedIsAConflict) {
  EXPECT_EQ(said_of_three(R"({"a":{"b":1}})", R"({"a":{"b":2}})", "{}"),
            Said{"conflict /a source changed target removed"});
}

TEST(ThreeWay, OfWhatIsNotKnownNothingIsSaid) {
  const json::Value synced = parsed(R"({"a":1,"b":1})");
  const json::Value target = parsed(R"({"a":2,"b":1})");

  const std::vector<ThreeWayField> without_source = compare_sides({.synced = &synced, .target = &target});
  const std::vector<ThreeWayField> without_synced = compare_sides({.source = &synced, .target = &target});

  ASSERT_EQ(without_source.size(), 1U);
  EXPECT_EQ(without_source[0].state, FieldState::target_only);
  EXPECT_EQ(without_source[0].source, nullptr);
  ASSERT_EQ(without_synced.size(), 1U);
  EXPECT_EQ(without_synced[0].state, FieldState::conflict);
  EXPECT_EQ(without_synced[0].synced, nullptr);
  EXPECT_FALSE(without_synced[0].in_target);
}

TEST(Diff, TextsByLines) {
  EXPECT_EQ(diff_texts("a\nb\nc\n", "a\nx\nc\n"), "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
  EXPECT_EQ(diff_texts("a\n", "a"), "@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n");
  EXPECT_EQ(diff_texts("", "a\n"), "@@ -0,0 +1,1 @@\n+a\n");
  EXPECT_EQ(diff_texts("same", "same"), "");
  std::string before;
  for (int i = 0; i < 30; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("\n20\n"), 4, "\ntwenty\n");
  EXPECT_EQ(diff_texts(before, after), "@@ -18,7 +18,7 @@\n 17\n 18\n 19\n-20\n+twenty\n 21\n 22\n 23\n");
  EXPECT_EQ(diff_texts("", before, 2), "@@ -0,0 +1,2 @@\n+0\n+1\n… 28 more lines\n");
}

TEST(Diff, OfLongLinesWhatDiffersAndALittleAround) {
  const std::string before = std::string(5000, 'a') + "b" + std::string(700, 'm') + "c" + std::string(5000, 'z');
  const std::string after = std::string(5000, 'a') + "x" + std::string(700, 'm') + "yy" + std::string(5000, 'z');

  const std::string shown = diff_texts(before, after);

  const std::string around_before = std::string(100, 'a');
  const std::string around_after = std::string(100, 'z') + "…";
  EXPECT_NE(shown.find("\n-…" + around_before + "b" + std::string(700, 'm') + "c" + around_after), std::string::npos);
  EXPECT_NE(shown.find("\n+…" + around_before + "x" + std::string(700, 'm') + "yy" + around_after), std::string::npos);
  EXPECT_EQ(diff_texts("", std::string(5000, 'n')),
            "@@ -0,0 +1,1 @@\n+" + std::string(5000, 'n') + "\n\\ No newline at end of file\n");
}

TEST(Diff, LongLinesAreCutBetweenCharacters) {
  EXPECT_TRUE(json::valid_utf8(diff_texts("é" + std::string(1500, 'z'), std::string(700, 'y') + "éé")));
  std::string accents;
  for (int i = 0; i < 9000; ++i) accents += "é";
  EXPECT_TRUE(json::valid_utf8(diff_texts(accents, accents + "!")));
  EXPECT_TRUE(json::valid_utf8(diff_texts("", "." + accents)));
  // Two characters that share their first byte.
  EXPECT_TRUE(json::valid_utf8(diff_texts(accents + "é" + accents, accents + "è" + accents)));
}

TEST(Diff, LongListsAreComparedToo) {
  std::vector<std::string_view> before(3000, "x");
  std::vector<std::string_view> after(3001, "y");
  before.front() = after.front() = before.back() = after.back() = "same";

  const std::vector<Match> matches = common_sequence(before, after);

  ASSERT_EQ(matches.size(), 2U);
  EXPECT_EQ(matches.back().after, 3000U);
}

// Random values that are like each other: few names, few numbers, lists of things with and without names.
rc::Gen<json::Value> any_value(int depth) {
  const auto scalar =
      rc::gen::oneOf(rc::gen::map(rc::gen::inRange(0, 4), [](int number) { return json::Value(number); }),
                     rc::gen::map(rc::gen::arbitrary<bool>(), [](bool value) { return json::Value(value); }),
                     rc::gen::just(json::Value()), rc::gen::just(json::Value(1.5)),
                     rc::gen::map(rc::gen::element<std::string>("", "a", "b\nc", "~/"),
                                  [](std::string text) { return json::Value(std::move(text)); }));
  if (depth == 0) return scalar;
  const auto inner = rc::gen::lazy([depth] { return any_value(depth - 1); });
  const auto list = rc::gen::map(rc::gen::resize(6, rc::gen::container<std::vector<json::Value>>(inner)),
                                 [](std::vector<json::Value> elements) { return json::Value(std::move(elements)); });
  const auto object =
      rc::gen::map(rc::gen::resize(5, rc::gen::container<std::map<std::string, json::Value>>(
                                          rc::gen::element<std::string>("id", "name", "toolId", "a", "b/~"), inner)),
                   [](const std::map<std::string, json::Value>& members) {
                     json::Object made;
                     for (const auto& [name, value] : members) made.add(name, value);
                     return json::Value(std::move(made));
                   });
  return rc::gen::oneOf(scalar, list, object);
}

std::pair<std::string, std::string> split_last(const std::string& pointer) {
  const std::size_t slash = pointer.rfind('/');
  return {pointer.substr(0, slash), pointer.substr(slash + 1)};
}

std::string unescaped(std::string name) {
  for (const auto& [from, to] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
    for (std::size_t at = name.find(from); at != std::string::npos; at = name.find(from, at + 1))
      name.replace(at, 2, to);
  }
  return name;
}

// Brings a value to what the changes say. It is only told the changes.
class Patch {
 public:
  explicit Patch(const std::vector<FieldChange>& changes) {
    for (const FieldChange& change : changes) {
      if (change.op == DiffOp::changed)
        replaced_[change.pointer] = &change;
      else
        inside_[split_last(change.pointer).first].push_back(&change);
    }
  }

  json::Value apply(const json::Value& before, const std::string& pointer) const {
    const auto replaced = replaced_.find(pointer);
    if (replaced != replaced_.end()) return replaced->second->after;
    if (before.object() != nullptr) return apply_object(*before.object(), pointer);
    if (before.array() != nullptr) return apply_list(*before.array(), pointer);
    return before;
  }

 private:
  std::vector<const FieldChange*> inside(const std::string& pointer) const {
    const auto found = inside_.find(pointer);
    return found == inside_.end() ? std::vector<const FieldChange*>() : found->second;
  }

  json::Value apply_object(const json::Object& before, const std::string& pointer) const {
    json::Object after;
    std::vector<std::string> removed;
    for (const FieldChange* change : inside(pointer)) {
      const std::string name = unescaped(split_last(change->pointer).second);
      if (change->op == DiffOp::removed)
        removed.push_back(name);
      else
        after.set(name, change->after);
    }
    for (const json::Member& member : before.members()) {
      if (std::find(removed.begin(), removed.end(), member.name) != removed.end()) continue;
      after.set(member.name, apply(member.value, pointer + "/" + escape(member.name)));
    }
    return after;
  }
  static std::string escape(const std::string& name) {
    std::string text;
    for (const char each : name) text += each == '~' ? "~0" : each == '/' ? "~1" : std::string(1, each);
    return text;
  }

  json::Value apply_list(const json::Array& before, const std::string& pointer) const {
    std::map<std::size_t, json::Value> placed;  // by the position after
    std::map<std::size_t, std::size_t> moved;   // the position after of what was at a position
    std::vector<bool> gone(before.size(), false);
    std::size_t size = before.size();
    for (const FieldChange* change : inside(pointer)) {
      const std::size_t at = std::stoul(split_last(change->pointer).second);
      if (change->op == DiffOp::removed) {
        gone[at] = true;
        --size;
      } else if (change->op == DiffOp::added) {
        placed[at] = change->after;
        ++size;
      } else {
        const std::size_t from = std::stoul(split_last(change->from).second);
        gone[from] = true;
        placed[at] = apply(before[from], change->pointer);
      }
    }
    json::Array after;
    std::size_t next = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto found = placed.find(i);
      if (found != placed.end()) {
        after.push_back(found->second);
        continue;
      }
      while (gone.at(next)) ++next;
      after.push_back(apply(before[next++], pointer + "/" + std::to_string(i)));
    }
    return after;
  }

  std::map<std::string, const FieldChange*> replaced_;
  std::map<std::string, std::vector<const FieldChange*>> inside_;
};

RC_GTEST_PROP(DiffProperties, OfEqualValuesIsNothing, ()) {
  const json::Value value = *any_value(3);

  RC_ASSERT(diff_values(value, value).empty());
}

RC_GTEST_PROP(DiffProperties, AppliedToBeforeGivesAfter, ()) {
  const json::Value before = *any_value(3);
  const json::Value after = *any_value(3);

  const json::Value patched = Patch(diff_values(before, after)).apply(before, "");

  RC_ASSERT(diff_values(patched, after).empty());
}

RC_GTEST_PROP(ThreeWayProperties, WithAnUnchangedSourceIsTheDifferenceOfTwo, ()) {
  const json::Value synced = *any_value(3);
  const json::Value target = *any_value(3);

  std::multiset<std::pair<std::string, DiffOp>> of_two;
  for (const FieldChange& change : diff_values(synced, target)) of_two.emplace(change.pointer, change.op);
  std::multiset<std::pair<std::string, DiffOp>> of_three;
  for (const ThreeWayField& field : compare_sides({.synced = &synced, .source = &synced, .target = &target})) {
    RC_ASSERT(field.state == FieldState::target_only);
    of_three.emplace(field.pointer, field.in_target->op);
  }

  RC_ASSERT(of_three == of_two);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

// Applies a unified diff; the test's own reading of the format.
std::string patched_text(std::string_view before, std::string_view diff) {
  std::string out;
  const auto next_line = [](std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    return line;
  };
  std::size_t passed = 0;
  std::string_view rest = before;
  while (!diff.empty()) {
    const std::string_view line = next_line(diff);
    const bool cut = diff.starts_with("\\");
    std::string_view text = line.substr(1);
    if (cut) {
      text.remove_suffix(1);
      next_line(diff);
    }
    if (line.starts_with("@@")) {
      std::size_t start = std::stoul(std::string(line.substr(4)));
      if (line.substr(0, line.find(" +")).ends_with(",0")) ++start;
      for (; passed + 1 < start; ++passed) out += next_line(rest);
    } else if (line[0] == '+') {
      out += text;
    } else {
      const std::string_view old = next_line(rest);
      ++passed;
      if (old != text) return "not the same text";
      if (line[0] == ' ') out += text;
    }
  }
  return out + std::string(rest);
}

RC_GTEST_PROP(DiffProperties, LinesAppliedToBeforeGiveAfter, ()) {
  const auto lines = rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a\n", "b\n", "\n"));
  const std::string before = joined(*lines) + *rc::gen::element<std::string>("", "end");
  const std::string after = joined(*lines) + *rc::gen::element<std::string>("", "end");

  RC_ASSERT(patched_text(before, diff_texts(before, after, 100'000)) == after);
}

}  // namespace
}  // namespace syncline::planning
