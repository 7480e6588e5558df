#pragma once
// What two sequences have in common, in order.

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace syncline::planning {

struct Match {
  std::size_t before = 0;  // positions
  std::size_t after = 0;
};

// A longest common subsequence. Sequences whose middles are too long to compare have their equal beginnings and ends
// in common only.
std::vector<Match> common_sequence(std::span<const std::string_view> before, std::span<const std::string_view> after);

// Marks the members of a longest increasing subsequence.
std::vector<bool> increasing(std::span<const std::size_t> numbers);

}  // namespace syncline::planning
