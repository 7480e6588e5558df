#include "db/postgres/values.h"

#include <bit>
#include <cstdlib>
#include <type_traits>

namespace syncline::db {
namespace {

std::uint64_t from_network(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

std::string to_network(std::uint64_t value, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t byte = size; byte-- > 0; value >>= 8) bytes[byte] = static_cast<char>(value);
  return bytes;
}

std::string_view view_of(const Uuid& id) { return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()}; }

// Gives `number` the bytes of a value that must be made, or `bytes` those of one that can be pointed at.
template <typename Number, typename Pointed>
void visit_bytes(const Param& param, Number number, Pointed bytes) {
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::int64_t>)
          number(to_network(static_cast<std::uint64_t>(value), 8));
        else if constexpr (std::is_same_v<T, double>)
          number(to_network(std::bit_cast<std::uint64_t>(value), 8));
        else if constexpr (std::is_same_v<T, bool>)
          bytes(value ? std::string_view("\1", 1) : std::string_view("\0", 1));
        else if constexpr (std::is_same_v<T, std::string_view>)
          bytes(value);
        else if constexpr (std::is_same_v<T, Bytes>)
          bytes(value.view);
        else if constexpr (std::is_same_v<T, Uuid>)
          bytes(view_of(value));
      },
      param);
}

constexpr std::size_t kArrayHeader = 20;  // dimensions, flags, element type, length, lower bound

}  // namespace

bool succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::int64_t changed_by(const PGresult* result) {
  const char* count = PQcmdTuples(const_cast<PGresult*>(result));
  return *count == '\0' || PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : std::strtoll(count, nullptr, 10);
}

// A literal is an INTEGER of four bytes, where a column is a BIGINT of eight.
std::int64_t PostgresRow::integer(int column) const {
  const std::string_view bytes = value(column);
  ensure(bytes.size() == 8 || bytes.size() == 4, "A column is read as the type it has.");
  const std::uint64_t number = from_network(bytes);
  return bytes.size() == 4 ? static_cast<std::int32_t>(number) : static_cast<std::int64_t>(number);
}

bool PostgresRow::boolean(int column) const {
  const std::string_view bytes = value(column);
  ensure(bytes.size() == 1, "A column is read as the type it has.");
  return bytes[0] != 0;
}

double PostgresRow::real(int column) const {
  const std::string_view bytes = value(column);
  ensure(bytes.size() == 8, "A column is read as the type it has.");
  return std::bit_cast<double>(from_network(bytes));
}

Uuid PostgresRow::uuid(int column) const {
  const std::string_view bytes = value(column);
  ensure(bytes.size() == 16, "A column of ids holds 16 bytes.");
  return Uuid::from_bytes(bytes);
}

std::string_view PostgresRow::value(int column) const {
  ensure(!is_null(column), "A column that is NULL is asked whether it is.");
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

BoundParams::BoundParams(std::span<const Param> params)
    : numbers_(params.size()), values_(params.size()), lengths_(params.size()), formats_(params.size(), 1) {
  for (std::size_t i = 0; i < params.size(); ++i) bind(i, params[i]);
}

void BoundParams::bind(std::size_t i, const Param& param) {
  visit_bytes(
      param,
      [&](std::string number) {
        numbers_[i] = std::move(number);
        point_at(i, numbers_[i]);
      },
      [&](std::string_view bytes) { point_at(i, bytes); });
}

void BoundParams::point_at(std::size_t i, std::string_view bytes) {
  values_[i] = bytes.data() == nullptr ? "" : bytes.data();
  lengths_[i] = static_cast<int>(bytes.size());
}

std::string BoundParams::key() const {
  std::string key;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    key += values_[i] == nullptr ? "n" : std::to_string(lengths_[i]) + ":";
    if (values_[i] != nullptr) key.append(values_[i], static_cast<std::size_t>(lengths_[i]));
  }
  return key;
}

ArrayParam::ArrayParam(Oid element) : bytes_(kArrayHeader, '\0'), element_(element) {}

void ArrayParam::add(const Param& param) {
  ++count_;
  if (std::holds_alternative<std::monostate>(param)) {
    has_nulls_ = true;
    bytes_ += "\xff\xff\xff\xff";
    return;
  }
  const auto append = [&](std::string_view bytes) { bytes_.append(to_network(bytes.size(), 4)).append(bytes); };
  visit_bytes(param, append, append);
}

std::string_view ArrayParam::finish() {
  const std::string header = to_network(1, 4) + to_network(has_nulls_ ? 1 : 0, 4) + to_network(element_, 4) +
                             to_network(count_, 4) + to_network(1, 4);
  bytes_.replace(0, kArrayHeader, header);
  return bytes_;
}

HeldStatement::HeldStatement(const Query& query, std::span<const Param> params) : query_(&query) {
  for (const Param& param : params) {
    if (const auto* text = std::get_if<std::string_view>(&param)) {
      params_.emplace_back(std::string_view(texts_.emplace_back(*text)));
    } else if (const auto* bytes = std::get_if<Bytes>(&param)) {
      params_.emplace_back(Bytes{texts_.emplace_back(bytes->view)});
    } else {
      params_.push_back(param);
    }
  }
}

}  // namespace syncline::db
