#include "base/json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

#include "base/json_pointer.h"

namespace syncline::json {
namespace {

static_assert(std::endian::native == std::endian::little, "find_special and the ASCII test read words of eight bytes.");

constexpr std::uint64_t kEachByte = 0x0101010101010101ULL;
constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
constexpr std::size_t kFewMembers = 16;  // Up to here looking at each beats a set.

std::uint64_t load_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The first byte that a JSON string cannot hold as it is: a quote, a backslash, a control character. Or the end.
const char* find_special(const char* at, const char* end) {
  for (; end - at >= 8; at += 8) {
    const std::uint64_t word = load_word(at);
    const std::uint64_t quote = word ^ (kEachByte * '"');
    const std::uint64_t backslash = word ^ (kEachByte * '\\');
    const std::uint64_t hits = (((word - kEachByte * 0x20) & ~word) | ((quote - kEachByte) & ~quote) |
                                ((backslash - kEachByte) & ~backslash)) &
                               kHighBits;
    if (hits != 0) return at + std::countr_zero(hits) / 8;  // The lowest hit is never a borrow's.
  }
  while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

const char* skip_space(const char* at, const char* end) {
  while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
  return at;
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

// How many bytes the well-formed character at `at` takes; 0 when it is not one (Unicode 15, table 3-7).
std::size_t utf8_length(const unsigned char* at, std::size_t left) {
  const auto follows = [at, left](std::size_t index, unsigned low = 0x80, unsigned high = 0xBF) {
    return index < left && at[index] >= low && at[index] <= high;
  };
  const unsigned lead = at[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead < 0xF0) {
    return follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  }
  return follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
}

// Where the first malformed character stands, or the text's size.
std::size_t well_formed_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    while (text.size() - at >= 8 && (load_word(text.data() + at) & kHighBits) == 0) at += 8;
    if (at == text.size()) break;
    const std::size_t length = utf8_length(reinterpret_cast<const unsigned char*>(text.data()) + at, text.size() - at);
    if (length == 0) break;
    at += length;
  }
  return at;
}

// Reads text that is known to be UTF-8. The first error stops it: every function returns something empty then, and
// the caller looks at `error_`.
class Parser {
 public:
  Parser(std::string_view text, const Limits& limits)
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()), limits_(limits) {}

  Result<Value> document() {
    at_ = skip_space(at_, end_);
    Value value = parse_value(0);
    at_ = skip_space(at_, end_);
    if (!error_ && at_ != end_) malformed("the document goes on after its value");
    if (error_) return Fail{std::move(*error_)};
    return value;
  }

  std::string parse_string() {
    ++at_;
    std::string out;
    while (true) {
      const char* special = find_special(at_, end_);
      out.append(at_, special);
      at_ = special;
      if (at_ == end_) return malformed("the document ends inside a string"), std::string();
      if (*at_ == '"') break;
      if (*at_ != '\\') return malformed("a control character inside a string"), std::string();
      parse_escape(out);
      if (error_) return {};
    }
    ++at_;
    return out;
  }

 private:
  std::string where() const { return " at byte " + std::to_string(at_ - begin_); }

  Value malformed(std::string_view what) {
    if (error_) return {};
    error_ = Error{.kind = ErrorKind::malformed,
                   .code = "malformed_json",
                   .message = "The JSON is malformed" + where() + ": " + std::string(what) + "."};
    return {};
  }

  // The pointer starts as `segment` and grows at its front as the parser leaves the values around it.
  Value refuse(std::string code, std::string_view what, std::string segment) {
    if (error_) return {};
    error_ = invalid_field(std::move(segment), std::move(code), std::string(what) + where() + ".").error;
    return {};
  }

  void lead_pointer_with(std::string_view name) {
    if (!error_->fields.empty()) error_->fields[0].pointer.insert(0, pointer_segment(name));
  }

  bool take(char expected) {
    if (at_ == end_ || *at_ != expected) return false;
    ++at_;
    return true;
  }

  Value parse_value(std::size_t depth) {
    if (at_ == end_) return malformed("the document ends where a value should be");
    if (++nodes_ > limits_.nodes) {
      return refuse("json_too_large", "More than " + std::to_string(limits_.nodes) + " JSON values", "");
    }
    switch (*at_) {
      case '{': return enter(&Parser::parse_object, depth);
      case '[': return enter(&Parser::parse_array, depth);
      case '"': return parse_string();
      case 't': return parse_word("true", true);
      case 'f': return parse_word("false", false);
      case 'n': return parse_word("null", nullptr);
      default: return parse_number();
    }
  }

  Value enter(Value (Parser::*container)(std::size_t), std::size_t depth) {
    if (depth == limits_.depth) {
      return refuse("json_too_deep", "JSON nested deeper than " + std::to_string(limits_.depth) + " levels", "");
    }
    ++at_;
    at_ = skip_space(at_, end_);
    return (this->*container)(depth + 1);
  }

  Value parse_word(std::string_view word, Value value) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
      return malformed("a value was expected");
    }
    at_ += word.size();
    return value;
  }

  Value parse_array(std::size_t depth) {
    Array elements;
    if (take(']')) return elements;
    while (true) {
      elements.push_back(parse_value(depth));
      if (error_) return lead_pointer_with(std::to_string(elements.size() - 1)), Value();
      at_ = skip_space(at_, end_);
      if (take(']')) return elements;
      if (!take(',')) return malformed("a comma or ] was expected");
      at_ = skip_space(at_, end_);
    }
  }

  Value parse_object(std::size_t depth) {
    Object object;
    std::set<std::string, std::less<>> names;  // Only for objects of many members.
    if (take('}')) return object;
    while (true) {
      if (at_ == end_ || *at_ != '"') return malformed("a member's name was expected");
      const char* name_at = at_;
      std::string name = parse_string();
      if (error_) return {};
      if (is_taken(object, names, name)) {
        at_ = name_at;
        return refuse("duplicate_member", "The object has this member twice, again", pointer_segment(name));
      }
      at_ = skip_space(at_, end_);
      if (!take(':')) return malformed("a colon was expected");
      at_ = skip_space(at_, end_);
      Value value = parse_value(depth);
      if (error_) return lead_pointer_with(name), Value();
      object.add(std::move(name), std::move(value));
      at_ = skip_space(at_, end_);
      if (take('}')) return object;
      if (!take(',')) return malformed("a comma or } was expected");
      at_ = skip_space(at_, end_);
    }
  }

  static bool is_taken(const Object& object, std::set<std::string, std::less<>>& names, const std::string& name) {
    if (object.size() < kFewMembers) return object.find(name) != nullptr;
    if (names.empty()) {
      for (const Member& member : object.members()) names.insert(member.name);
    }
    return !names.insert(name).second;
  }

  const char* skip_digits() {
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_;
  }

  Value parse_number() {
    const char* start = at_;
    const bool negative = take('-');
    const char* whole = at_;
    if (!take('0') && skip_digits() == whole) {
      return malformed(negative ? "a digit was expected" : "a value was expected");
    }
    bool is_integer = true;
    if (take('.')) {
      is_integer = false;
      const char* fraction = at_;
      if (skip_digits() == fraction) return malformed("a digit was expected");
    }
    if (take('e') || take('E')) {
      is_integer = false;
      if (!take('+')) take('-');
      const char* exponent = at_;
      if (skip_digits() == exponent) return malformed("a digit was expected");
    }
    if (negative && *whole == '0') is_integer = false;  // -0 keeps its sign as a double.
    std::int64_t integer = 0;
    if (is_integer && std::from_chars(start, at_, integer).ec == std::errc()) return integer;
    double number = 0;
    if (std::from_chars(start, at_, number).ec == std::errc()) return number;
    at_ = start;
    return malformed("a number outside the range of a double");
  }

  void parse_escape(std::string& out) {
    const char* start = at_++;
    if (at_ == end_) return static_cast<void>(malformed("the document ends inside a string"));
    switch (*at_++) {
      case '"': out += '"'; return;
      case '\\': out += '\\'; return;
      case '/': out += '/'; return;
      case 'b': out += '\b'; return;
      case 'f': out += '\f'; return;
      case 'n': out += '\n'; return;
      case 'r': out += '\r'; return;
      case 't': out += '\t'; return;
      case 'u': break;
      default:
        at_ = start;
        malformed("an unknown escape");
        return;
    }
    std::optional<std::uint32_t> code = parse_hex4();
    if (code && *code >= 0xD800 && *code < 0xDC00)
      code = parse_low_surrogate(*code);
    else if (code && *code >= 0xDC00 && *code < 0xE000)
      code.reset();
    if (code && *code != 0) return append_utf8(out, *code);
    at_ = start;
    // PostgreSQL cannot store it.
    if (code)
      refuse("nul_character", "A text cannot hold the character U+0000, as here", "");
    else
      malformed("an escape that is no character");
  }

  std::optional<std::uint32_t> parse_low_surrogate(std::uint32_t high) {
    if (!take('\\') || !take('u')) return std::nullopt;
    const std::optional<std::uint32_t> low = parse_hex4();
    if (!low || *low < 0xDC00 || *low >= 0xE000) return std::nullopt;
    return 0x10000 + ((high - 0xD800) << 10) + (*low - 0xDC00);
  }

  std::optional<std::uint32_t> parse_hex4() {
    if (end_ - at_ < 4) return std::nullopt;
    std::uint32_t code = 0;
    if (std::from_chars(at_, at_ + 4, code, 16).ptr != at_ + 4) return std::nullopt;
    at_ += 4;
    return code;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  Limits limits_;
  std::size_t nodes_ = 0;
  std::optional<Error> error_;
};

// Just after the string that starts at `at`, in a valid document.
const char* skip_string(const char* at, const char* end) {
  for (at = find_special(at + 1, end); at != end && *at != '"'; at = find_special(at, end)) {
    at += std::min<std::ptrdiff_t>(*at == '\\' ? 2 : 1, end - at);
  }
  return at == end ? end : at + 1;
}

// Just after the value that starts at `at`, in a valid document.
const char* skip_value(const char* at, const char* end) {
  std::size_t depth = 0;
  while (at != end) {
    switch (*at) {
      case '"':
        at = skip_string(at, end);
        if (depth == 0) return at;
        continue;
      case '{':
      case '[': ++depth; break;
      case '}':
      case ']':
        if (depth == 0) return at;  // After a number or a word.
        if (--depth == 0) return at + 1;
        break;
      case ',':
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        if (depth == 0) return at;
        break;
      default: break;
    }
    ++at;
  }
  return at;
}

bool is_name(std::string_view quoted, std::string_view name) {
  const std::string_view inside = quoted.substr(1, quoted.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return inside == name;
  return Parser(quoted, {}).parse_string() == name;
}

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {  // JSON has no word for it.
    out += "null";
    return;
  }
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_value(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const std::int64_t* integer = value.integer()) {
    out += std::to_string(*integer);
  } else if (const std::string* string = value.string()) {
    append_string(out, *string);
  } else if (const Raw* raw = value.raw()) {
    out += raw->text;
  } else if (const Array* array = value.array()) {
    out += '[';
    for (const Value& element : *array) {
      if (&element != array->data()) out += ',';
      append_value(out, element);
    }
    out += ']';
  } else if (const Object* object = value.object()) {
    out += '{';
    for (const Member& member : object->members()) {
      if (&member != object->members().data()) out += ',';
      append_string(out, member.name);
      out += ':';
      append_value(out, member.value);
    }
    out += '}';
  } else {
    append_number(out, *value.number());
  }
}

}  // namespace

Object::Object(std::initializer_list<Member> members) : members_(members) {}

const Value* Object::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

void Object::set(std::string name, Value value) {
  for (Member& member : members_) {
    if (member.name == name) {
      member.value = std::move(value);
      return;
    }
  }
  add(std::move(name), std::move(value));
}

void Object::add(std::string name, Value value) { members_.push_back({std::move(name), std::move(value)}); }

bool Object::erase(std::string_view name) {
  return std::erase_if(members_, [name](const Member& member) { return member.name == name; }) != 0;
}

bool Object::empty() const { return members_.empty(); }

std::size_t Object::size() const { return members_.size(); }

std::optional<double> Value::number() const {
  if (const auto* number = std::get_if<double>(&state_)) return *number;
  if (const auto* number = integer()) return static_cast<double>(*number);
  return std::nullopt;
}

const Value* Value::at(std::string_view name) const {
  const Object* members = object();
  return members == nullptr ? nullptr : members->find(name);
}

std::string Value::text_at(std::string_view name) const {
  const Value* member = at(name);
  const std::string* text = member == nullptr ? nullptr : member->string();
  return text == nullptr ? std::string() : *text;
}

Result<Value> parse(std::string_view text, const Limits& limits) {
  const std::size_t good = well_formed_prefix(text);
  if (good != text.size()) {
    return fail(ErrorKind::malformed, "invalid_utf8", "The text is not UTF-8 at byte " + std::to_string(good) + ".");
  }
  return Parser(text, limits).document();
}

std::string write(const Value& value) {
  std::string out;
  append_value(out, value);
  return out;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const char* special = find_special(at, end);
    out.append(at, special);
    if (special == end) break;
    at = special + 1;
    switch (*special) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += *special < 0x10 ? "\\u000" : "\\u001"; out += "0123456789abcdef"[*special & 0xF];
    }
  }
  out += '"';
}

std::string_view member_text(std::string_view document, std::string_view name) {
  const char* end = document.data() + document.size();
  const char* at = skip_space(document.data(), end);
  if (at == end || *at != '{') return {};
  for (at = skip_space(at + 1, end); at != end && *at == '"'; at = skip_space(at + 1, end)) {
    const char* name_at = at;
    at = skip_string(at, end);
    const bool found = is_name({name_at, static_cast<std::size_t>(at - name_at)}, name);
    at = skip_space(at, end);
    if (at == end) return {};
    at = skip_space(at + 1, end);  // The colon.
    const char* value_at = at;
    at = skip_value(at, end);
    if (found) return {value_at, static_cast<std::size_t>(at - value_at)};
    at = skip_space(at, end);
    if (at == end || *at != ',') return {};
  }
  return {};
}

bool valid_utf8(std::string_view text) { return well_formed_prefix(text) == text.size(); }

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

// Where nesting is back at the array's own level, an element ends.
std::vector<std::string_view> element_texts(std::string_view array) {
  std::vector<std::string_view> texts;
  int depth = 0;
  bool in_string = false;
  std::size_t begin = array.find('[') + 1;
  for (std::size_t i = begin - 1; i < array.size(); ++i) {
    const char c = array[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"')
      in_string = true;
    else if (c == '[' || c == '{')
      ++depth;
    else if (c == ']' || c == '}')
      --depth;
    if ((c == ',' && depth == 1) || depth == 0) {
      const std::string_view text = array.substr(begin, i - begin);
      if (!is_blank(text)) texts.push_back(text);
      begin = i + 1;
    }
    if (depth == 0) break;
  }
  return texts;
}

}  // namespace syncline::json
