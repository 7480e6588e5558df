#include "planning/sequences.h"

#include <algorithm>
#include <cstdint>

namespace syncline::planning {
namespace {

constexpr std::size_t kMostCells = std::size_t{1} << 20;

// Lengths of the common sequences of all ends of both, as a table of (before + 1) by (after + 1).
std::vector<std::uint32_t> lengths_of(std::span<const std::string_view> before,
                                      std::span<const std::string_view> after) {
  const std::size_t width = after.size() + 1;
  std::vector<std::uint32_t> lengths((before.size() + 1) * width, 0);
  for (std::size_t i = before.size(); i-- > 0;) {
    for (std::size_t j = after.size(); j-- > 0;) {
      lengths[i * width + j] = before[i] == after[j]
                                   ? lengths[(i + 1) * width + j + 1] + 1
                                   : std::max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  return lengths;
}

}  // namespace

std::vector<Match> common_sequence(std::span<const std::string_view> before, std::span<const std::string_view> after) {
  std::vector<Match> matches;
  std::size_t begin = 0;
  while (begin < before.size() && begin < after.size() && before[begin] == after[begin]) {
    matches.push_back({begin, begin});
    ++begin;
  }
  std::size_t end = 0;
  while (end < before.size() - begin && end < after.size() - begin &&
         before[before.size() - 1 - end] == after[after.size() - 1 - end]) {
    ++end;
  }
  const auto inner_before = before.subspan(begin, before.size() - begin - end);
  const auto inner_after = after.subspan(begin, after.size() - begin - end);
  if (!inner_before.empty() && !inner_after.empty() && inner_before.size() <= kMostCells / inner_after.size()) {
    const std::vector<std::uint32_t> lengths = lengths_of(inner_before, inner_after);
    const std::size_t width = inner_after.size() + 1;
    for (std::size_t i = 0, j = 0; i < inner_before.size() && j < inner_after.size();) {
      if (inner_before[i] == inner_after[j])
        matches.push_back({begin + i++, begin + j++});
      else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])
        ++i;
      else
        ++j;
    }
  }
  for (; end > 0; --end) matches.push_back({before.size() - end, after.size() - end});
  return matches;
}

std::vector<bool> increasing(std::span<const std::size_t> numbers) {
  constexpr std::size_t kFirst = ~std::size_t{0};
  std::vector<std::size_t> ends;  // positions: the smallest end of a sequence of each length
  std::vector<std::size_t> previous(numbers.size(), kFirst);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto place = std::lower_bound(ends.begin(), ends.end(), numbers[i],
                                        [&](std::size_t end, std::size_t number) { return numbers[end] < number; });
    if (place != ends.begin()) previous[i] = *(place - 1);
    if (place == ends.end())
      ends.push_back(i);
    else
      *place = i;
  }
  std::vector<bool> marked(numbers.size(), false);
  for (std::size_t i = ends.empty() ? kFirst : ends.back(); i != kFirst; i = previous[i]) marked[i] = true;
  return marked;
}

}  // namespace syncline::planning
