#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace syncline::cli {
namespace {

constexpr std::chrono::seconds kSilence{1};
constexpr std::chrono::milliseconds kBetween{200};
constexpr std::uint64_t kCells = 30;

}  // namespace

Progress::Progress(bool quiet)
    : visible_(!quiet && isatty(STDERR_FILENO) != 0), started_(std::chrono::steady_clock::now()) {}

void Progress::update(std::uint64_t done, std::uint64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (!visible_ || now - started_ < kSilence || now - last_ < kBetween) return;
  last_ = now;
  drawn_ = true;
  const long long seconds = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count();
  if (total == 0 || done >= total) {
    std::fprintf(stderr, "\r\x1b[Kwaiting for the server, %lld s", seconds);
    return;
  }
  const auto filled = static_cast<std::size_t>(done * kCells / total);
  const std::string bar = std::string(filled, '#') + std::string(kCells - filled, '.');
  std::fprintf(stderr, "\r\x1b[K[%s] %3d %%, %.1f of %.1f MB", bar.c_str(), static_cast<int>(done * 100 / total),
               static_cast<double>(done) / 1e6, static_cast<double>(total) / 1e6);
}

void Progress::end() {
  if (drawn_) std::fprintf(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace syncline::cli
