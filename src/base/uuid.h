#pragma once
// UUIDs (RFC 9562): v7 for what we make, v5 for synced copies. 16 bytes; lower-case text of 36.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syncline {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;
  std::string text() const;
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  int version() const { return bytes[6] >> 4; }
  static Uuid from_bytes(std::string_view sixteen);
};

// Accepts exactly the 36 character form, either case.
std::optional<Uuid> parse_uuid(std::string_view text);
// Version 7: milliseconds since the epoch, then random; increasing within this process.
Uuid make_uuid7(std::int64_t now_ms);
// Version 5: SHA-1 of the namespace's bytes and the name. RFC 9562 §5.5.
Uuid make_uuid5(const Uuid& name_space, std::string_view name);
// Writes the 36 characters at `out`.
void write_uuid(const Uuid& id, char* out);

// Where the 36-character texts of ids stand in a text: every maximal hexadecimal-and-dash word of that shape.
struct IdMention {
  std::size_t offset = 0;
  Uuid id;
};
std::vector<IdMention> find_ids(std::string_view text);

struct UuidHash {
  std::size_t operator()(const Uuid& id) const {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::memcpy(&a, id.bytes.data(), 8);
    std::memcpy(&b, id.bytes.data() + 8, 8);
    return static_cast<std::size_t>(a * 0x9E3779B97F4A7C15ULL ^ b);
  }
};

}  // namespace syncline
