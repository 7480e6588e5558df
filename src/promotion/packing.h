#pragma once
// Rows of the tables of parts, with what belongs to them, as one value: ledgers and releases.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/part_tables.h"

namespace syncline::promotion {

class PackWriter {
 public:
  void number(std::uint64_t value);
  void text(std::string_view text);
  void fixed(std::uint64_t value);
  void id(const Uuid& id) { bytes_ += id.view(); }
  void tables();  // says which numbers of tables the rows go by
  void row(const store::PackedRow& row);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what PackWriter wrote, in the same order. The bytes are known to be whole: zstd's checksum tells.
class PackReader {
 public:
  explicit PackReader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number();
  std::string_view text() { return take(number()); }
  std::uint64_t fixed();
  Uuid id() { return Uuid::from_bytes(take(16)); }
  void tables();
  store::PackedRow row(const Uuid& owner);

 private:
  std::string_view take(std::size_t count);

  std::string_view rest_;
  std::vector<std::size_t> tables_;  // by the numbers that were written
};

// What kept rows point at, so that it is not collected while they are kept.
struct Reachable {
  std::vector<Uuid> bodies = {};
  std::vector<Uuid> lineages = {};
  std::vector<Uuid> blobs = {};

  void add(const store::PackedRow& row);
};

}  // namespace syncline::promotion
