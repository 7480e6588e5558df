#include "base/uuid.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <mutex>

#include <openssl/evp.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "base/bytes.h"

namespace syncline {
namespace {

constexpr std::size_t kTextSize = 36;
constexpr std::size_t kBlock = 64;
constexpr std::uint8_t kNoDigit = 0xFF;
// Where each byte's two digits stand in the text.
constexpr std::array<std::uint8_t, 16> kPairAt{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

constexpr std::array<std::uint8_t, 256> make_digit_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t digit = 0; digit < 10; ++digit) values[std::size_t{'0'} + digit] = digit;
  for (std::uint8_t digit = 0; digit < 6; ++digit) {
    values[std::size_t{'a'} + digit] = static_cast<std::uint8_t>(digit + 10);
    values[std::size_t{'A'} + digit] = static_cast<std::uint8_t>(digit + 10);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> kDigitValues = make_digit_values();

std::uint8_t digit_value(char digit) { return kDigitValues[static_cast<unsigned char>(digit)]; }

bool is_word(char character) { return character == '-' || digit_value(character) != kNoDigit; }

std::optional<Uuid> parse_at(const char* text) {
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  Uuid id;
  unsigned seen = 0;
  for (std::size_t index = 0; index < kPairAt.size(); ++index) {
    const unsigned high = digit_value(text[kPairAt[index]]);
    const unsigned low = digit_value(text[kPairAt[index] + 1]);
    seen |= high | low;
    id.bytes[index] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (seen > 0xF) return std::nullopt;
  return id;
}

// One bit for each dash among the 64 bytes at `at`.
std::uint64_t dashes_in_block(const char* at) {
  std::uint64_t dashes = 0;
#ifdef __SSE2__
  const __m128i dash = _mm_set1_epi8('-');
  for (int part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at) + part);
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, dash)));
    dashes |= std::uint64_t{found} << (16 * part);
  }
#else
  for (std::size_t index = 0; index < kBlock; ++index) dashes |= std::uint64_t{at[index] == '-'} << index;
#endif
  return dashes;
}

std::uint64_t dashes_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  if (text.size() - at >= kBlock) return dashes_in_block(text.data() + at);
  std::array<char, kBlock> last{};
  std::copy(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), last.begin());
  return dashes_in_block(last.data());
}

void append_mention(std::vector<IdMention>& mentions, std::string_view text, std::size_t at) {
  if (text.size() - at < kTextSize) return;
  if (at != 0 && is_word(text[at - 1])) return;
  if (at + kTextSize < text.size() && is_word(text[at + kTextSize])) return;
  if (const std::optional<Uuid> id = parse_at(text.data() + at)) mentions.push_back({at, *id});
}

void set_version(Uuid& id, unsigned version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | version << 4);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
}

// The time and the 74 bits after it, kept apart so that the next id can be one step above this one.
struct Ordered {
  std::int64_t ms = -1;
  std::uint64_t high = 0;  // 12 bits
  std::uint64_t low = 0;   // 62 bits
};

constexpr std::uint64_t kHighMax = 0xFFF;
constexpr std::uint64_t kLowMax = (1ULL << 62) - 1;

// Random numbers for ids; one request to the system gives many. Used under the lock of make_uuid7.
std::uint64_t next_random() {
  static std::string pool;
  static std::size_t used = 0;
  if (used + 8 > pool.size()) {
    pool = random_bytes(1024);
    used = 0;
  }
  std::uint64_t number = 0;
  std::memcpy(&number, pool.data() + used, sizeof number);
  used += sizeof number;
  return number;
}

Ordered next_ordered(Ordered last, std::int64_t now_ms) {
  if (now_ms > last.ms) return {now_ms, next_random() & kHighMax, next_random() & kLowMax};
  last.low += (next_random() >> 32) + 1;  // The step is random: the next id cannot be guessed from this one.
  if (last.low <= kLowMax) return last;
  last.low &= kLowMax;
  if (last.high < kHighMax) return {last.ms, last.high + 1, last.low};
  return {last.ms + 1, 0, last.low};
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string Uuid::text() const {
  std::string text(kTextSize, '\0');
  write_uuid(*this, text.data());
  return text;
}

Uuid Uuid::from_bytes(std::string_view sixteen) {
  ensure(sixteen.size() == 16, "A UUID is made from 16 bytes.");
  Uuid id;
  std::memcpy(id.bytes.data(), sixteen.data(), id.bytes.size());
  return id;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  return parse_at(text.data());
}

Uuid make_uuid7(std::int64_t now_ms) {
  static std::mutex mutex;
  static Ordered last;
  Ordered next;
  {
    const std::lock_guard lock(mutex);
    next = last = next_ordered(last, std::max<std::int64_t>(now_ms, 0));
  }
  Uuid id;
  for (std::size_t index = 0; index < 6; ++index) {
    id.bytes[index] = static_cast<std::uint8_t>(next.ms >> (40 - 8 * index));
  }
  id.bytes[6] = static_cast<std::uint8_t>(next.high >> 8);
  id.bytes[7] = static_cast<std::uint8_t>(next.high);
  for (std::size_t index = 0; index < 8; ++index) {
    id.bytes[8 + index] = static_cast<std::uint8_t>(next.low >> (56 - 8 * index));
  }
  set_version(id, 7);
  return id;
}

Uuid make_uuid5(const Uuid& name_space, std::string_view name) {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 20> digest;
  const bool digested = EVP_DigestInit_ex(context.get(), method, nullptr) == 1 &&
                        EVP_DigestUpdate(context.get(), name_space.bytes.data(), name_space.bytes.size()) == 1 &&
                        EVP_DigestUpdate(context.get(), name.data(), name.size()) == 1 &&
                        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  ensure(digested, "OpenSSL digests with SHA-1.");
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  set_version(id, 5);
  return id;
}

void write_uuid(const Uuid& id, char* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t index = 0; index < kPairAt.size(); ++index) {
    out[kPairAt[index]] = kDigits[id.bytes[index] >> 4];
    out[kPairAt[index] + 1] = kDigits[id.bytes[index] & 0xF];
  }
  out[8] = out[13] = out[18] = out[23] = '-';
}

std::vector<IdMention> find_ids(std::string_view text) {
  std::vector<IdMention> mentions;
  std::uint64_t dashes = dashes_at(text, 0);
  for (std::size_t block = 0; block < text.size(); block += kBlock) {
    const std::uint64_t next = dashes_at(text, block + kBlock);
    if ((dashes | next) != 0) {
      const auto dash_after = [dashes, next](int distance) { return dashes >> distance | next << (64 - distance); };
      std::uint64_t starts = dash_after(8) & dash_after(13) & dash_after(18) & dash_after(23);
      for (; starts != 0; starts &= starts - 1) {
        append_mention(mentions, text, block + static_cast<std::size_t>(std::countr_zero(starts)));
      }
    }
    dashes = next;
  }
  return mentions;
}

}  // namespace syncline
