#include "planning/diff.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/json_pointer.h"
#include "planning/entries.h"
#include "planning/sequences.h"

namespace syncline::planning {
namespace {

class Comparison {
 public:
  std::vector<FieldChange> changes;

  void compare(const json::Value& before, const json::Value& after, const std::string& pointer) {
    if (before.object() != nullptr && after.object() != nullptr)
      compare_objects(*before.object(), *after.object(), pointer);
    else if (before.array() != nullptr && after.array() != nullptr)
      compare_lists(*before.array(), *after.array(), pointer);
    else if (canonical(before) != canonical(after))
      changes.push_back({.pointer = pointer, .op = DiffOp::changed, .before = before, .after = after});
  }

 private:
  void compare_objects(const json::Object& before, const json::Object& after, const std::string& pointer) {
    for (const json::Member& member : before.members()) {
      const std::string at = pointer + json::pointer_segment(member.name);
      if (const json::Value* other = after.find(member.name))
        compare(member.value, *other, at);
      else
        changes.push_back({.pointer = at, .op = DiffOp::removed, .before = member.value});
    }
    for (const json::Member& member : after.members()) {
      if (before.find(member.name) != nullptr) continue;
      changes.push_back(
          {.pointer = pointer + json::pointer_segment(member.name), .op = DiffOp::added, .after = member.value});
    }
  }

  void compare_lists(const json::Array& before, const json::Array& after, const std::string& pointer) {
    const std::vector<Match> matches = match_entries(before, after);
    std::vector<bool> stays(before.size(), false);
    std::vector<bool> known(after.size(), false);
    for (const Match& each : matches) {
      stays[each.before] = true;
      known[each.after] = true;
    }
    const auto at = [&](std::size_t position) { return pointer + "/" + std::to_string(position); };
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!stays[i]) changes.push_back({.pointer = at(i), .op = DiffOp::removed, .before = before[i]});
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (!known[i]) changes.push_back({.pointer = at(i), .op = DiffOp::added, .after = after[i]});
    }
    const std::vector<bool> moved = moved_entries(matches);
    for (std::size_t i = 0; i < matches.size(); ++i) {
      if (!moved[i]) continue;
      changes.push_back({.pointer = at(matches[i].after), .op = DiffOp::moved, .from = at(matches[i].before)});
    }
    for (const Match& each : matches) compare(before[each.before], after[each.after], at(each.after));
  }
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Edit {
  char mark = ' ';  // ' ' stays, '-' goes, '+' comes
  std::string_view line;
};

std::vector<Edit> edits_of(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after) {
  std::vector<Edit> edits;
  std::size_t i = 0;
  std::size_t j = 0;
  const auto until = [&](std::size_t next_before, std::size_t next_after) {
    for (; i < next_before; ++i) edits.push_back({'-', before[i]});
    for (; j < next_after; ++j) edits.push_back({'+', after[j]});
  };
  for (const Match& match : common_sequence(before, after)) {
    until(match.before, match.after);
    edits.push_back({' ', before[i]});
    ++i;
    ++j;
  }
  until(before.size(), after.size());
  return edits;
}

constexpr std::size_t kLongLine = 1000;
constexpr std::size_t kAroundChange = 100;  // of a long line, so much is shown on each side of what differs
constexpr std::size_t kMostOfLine = 8000;

// What a line has that the one it stands beside has not.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

// A line as it is shown: of a long one what differs and a little around it.
std::string shown_line(std::string_view line, const Span& differs) {
  if (line.size() <= kLongLine) return std::string(line);
  std::size_t begin = differs.begin - std::min(differs.begin, kAroundChange);
  std::size_t end = std::min({line.size(), differs.end + kAroundChange, begin + kMostOfLine});
  while (begin > 0 && !begins_character(line[begin])) --begin;
  while (end < line.size() && !begins_character(line[end])) ++end;
  std::string shown = begin == 0 ? "" : "…";
  shown += line.substr(begin, end - begin);
  if (end < line.size()) shown += line.back() == '\n' ? "…\n" : "…";
  return shown;
}

std::pair<Span, Span> differing(std::string_view left, std::string_view right) {
  const auto fronts = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  const auto front = fronts.first - left.begin();
  const auto backs = std::mismatch(left.rbegin(), left.rend() - front, right.rbegin(), right.rend() - front);
  const auto back = static_cast<std::size_t>(backs.first - left.rbegin());
  const auto begin = static_cast<std::size_t>(front);
  return {{begin, left.size() - back}, {begin, right.size() - back}};
}

// Of the n-th line that comes in a place, what the n-th that goes there has not, and the reverse; of any other line
// that comes or goes all, of one that stays nothing.
std::vector<Span> differences_of(const std::vector<Edit>& edits) {
  std::vector<Span> spans(edits.size());
  for (std::size_t i = 0; i < edits.size();) {
    const std::size_t begin = i;
    while (i < edits.size() && edits[i].mark == '-') ++i;
    const std::size_t middle = i;
    while (i < edits.size() && edits[i].mark == '+') ++i;
    for (std::size_t k = begin; k < i; ++k) spans[k] = {0, edits[k].line.size()};
    for (std::size_t k = 0; begin + k < middle && middle + k < i; ++k) {
      std::tie(spans[begin + k], spans[middle + k]) = differing(edits[begin + k].line, edits[middle + k].line);
    }
    if (i == begin) ++i;
  }
  return spans;
}

bool is_long_text(std::string_view text) {
  constexpr std::size_t kLong = 120;
  return text.size() > kLong || text.find('\n') != std::string_view::npos;
}

// "@@ -12,7 +12,8 @@": where the hunk begins and how long it is, on each side. Of an empty side, the line before it.
std::string hunk_header(std::size_t at_before, std::size_t count_before, std::size_t at_after,
                        std::size_t count_after) {
  const auto range = [](std::size_t at, std::size_t count) {
    return std::to_string(count == 0 ? at : at + 1) + "," + std::to_string(count);
  };
  return "@@ -" + range(at_before, count_before) + " +" + range(at_after, count_after) + " @@\n";
}

}  // namespace

std::string_view op_name(DiffOp op) {
  constexpr std::string_view kNames[] = {"added", "removed", "changed", "moved"};
  return kNames[static_cast<int>(op)];
}

std::vector<FieldChange> diff_values(const json::Value& before, const json::Value& after, const std::string& pointer) {
  Comparison comparison;
  comparison.compare(before, after, pointer);
  return std::move(comparison.changes);
}

bool reads_as_lines(const json::Value& before, const json::Value& after) {
  if (before.string() == nullptr || after.string() == nullptr) return false;
  return is_long_text(*before.string()) || is_long_text(*after.string());
}

std::string diff_texts(std::string_view before, std::string_view after, std::size_t most) {
  constexpr std::size_t kAround = 3;
  const std::vector<Edit> edits = edits_of(lines_of(before), lines_of(after));
  const std::vector<Span> differences = differences_of(edits);
  std::vector<bool> shown(edits.size(), false);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].mark == ' ') continue;
    const std::size_t end = std::min(edits.size(), i + kAround + 1);
    for (std::size_t k = i - std::min(i, kAround); k < end; ++k) shown[k] = true;
  }
  std::string out;
  std::size_t lines = 0;
  std::size_t at_before = 0;
  std::size_t at_after = 0;
  for (std::size_t i = 0; i < edits.size();) {
    std::string hunk;
    std::size_t count_before = 0;
    std::size_t count_after = 0;
    for (; i < edits.size() && shown[i] && lines < most; ++i, ++lines) {
      (hunk += edits[i].mark) += shown_line(edits[i].line, differences[i]);
      if (edits[i].line.back() != '\n') hunk += "\n\\ No newline at end of file\n";
      count_before += edits[i].mark != '+';
      count_after += edits[i].mark != '-';
    }
    if (!hunk.empty()) out += hunk_header(at_before, count_before, at_after, count_after) + hunk;
    if (lines >= most) {
      const auto rest = std::count(shown.begin() + static_cast<std::ptrdiff_t>(i), shown.end(), true);
      if (rest > 0) out += "… " + std::to_string(rest) + " more lines\n";
      break;
    }
    at_before += count_before;
    at_after += count_after;
    for (; i < edits.size() && !shown[i]; ++i, ++at_before, ++at_after) {
    }
  }
  return out;
}

}  // namespace syncline::planning
