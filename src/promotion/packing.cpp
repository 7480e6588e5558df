#include "promotion/packing.h"

#include <algorithm>
#include <cstring>

namespace syncline::promotion {
namespace {

std::size_t table_named(std::string_view name) {
  const auto tables = store::part_tables();
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const store::PartTable& table) { return table.name == name; });
  ensure(found != tables.end(), "A table of parts that rows were kept of is still there.");
  return static_cast<std::size_t>(found - tables.begin());
}

}  // namespace

void PackWriter::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
  bytes_ += static_cast<char>(value);
}

void PackWriter::text(std::string_view text) {
  number(text.size());
  bytes_ += text;
}

void PackWriter::fixed(std::uint64_t value) {
  char raw[8];
  std::memcpy(raw, &value, 8);
  bytes_.append(raw, 8);
}

void PackWriter::tables() {
  number(store::part_tables().size());
  for (const store::PartTable& table : store::part_tables()) text(table.name);
}

void PackWriter::row(const store::PackedRow& row) {
  number(row.table);
  text(row.packed);
}

std::string_view PackReader::take(std::size_t count) {
  ensure(count <= rest_.size(), "What was packed has all that it says.");
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::uint64_t PackReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(1)[0]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

std::uint64_t PackReader::fixed() {
  std::uint64_t value = 0;
  std::memcpy(&value, take(8).data(), 8);
  return value;
}

void PackReader::tables() {
  tables_.resize(number());
  for (std::size_t& table : tables_) table = table_named(text());
}

store::PackedRow PackReader::row(const Uuid& owner) {
  const std::size_t table = tables_.at(number());
  return {.owner = owner, .table = table, .packed = std::string(text())};
}

void Reachable::add(const store::PackedRow& row) {
  const store::PartTable& table = store::part_tables()[row.table];
  const store::UnpackedRow unpacked(row.packed, table);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const store::PointsAt points_at = table.columns[i].points_at;
    if (points_at == store::PointsAt::nothing || unpacked.is_null(i)) continue;
    if (points_at == store::PointsAt::body) bodies.push_back(unpacked.uuid(i));
    if (points_at == store::PointsAt::lineage) lineages.push_back(unpacked.uuid(i));
    if (points_at == store::PointsAt::blob) blobs.push_back(unpacked.uuid(i));
  }
}

}  // namespace syncline::promotion
