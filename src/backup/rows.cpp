#include "backup/rows.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <type_traits>

#include <fcntl.h>
#include <unistd.h>

#include "base/json.h"

namespace syncline::backup {
namespace {

constexpr std::int64_t kPage = 256;  // rows: a body may have a megabyte
constexpr std::size_t kPiece = 256 * 1024;
constexpr std::size_t kLength = 4;
constexpr std::size_t kNumber = 8;
constexpr std::size_t kUuid = 16;
constexpr std::size_t kLongestHeader = 64 * 1024;

Fail damaged(const Table& table) {
  return fail(ErrorKind::invalid, "damaged_backup", "The rows of the table " + table.name + " cannot be read.");
}

std::string header_of(const Table& table) {
  json::Array columns;
  for (const Column& column : table.columns) columns.emplace_back(column.name);
  return json::write(json::Object{{"table", table.name}, {"columns", std::move(columns)}}) + "\n";
}

void append_big_endian(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i));
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

void append_counted(std::string& out, std::string_view bytes) {
  append_big_endian(out, bytes.size(), kLength);
  out += bytes;
}

void append_value(std::string& out, const db::Row& row, int column, ColumnType type) {
  switch (type) {
    case ColumnType::text: return append_counted(out, row.text(column));
    case ColumnType::bytes: return append_counted(out, row.bytes(column));
    case ColumnType::integer: return append_big_endian(out, static_cast<std::uint64_t>(row.integer(column)), kNumber);
    case ColumnType::real: return append_big_endian(out, std::bit_cast<std::uint64_t>(row.real(column)), kNumber);
    case ColumnType::boolean: out += row.boolean(column) ? '\1' : '\0'; return;
    case ColumnType::uuid: out += row.uuid(column).view(); return;
  }
}

void append_row(std::string& out, const db::Row& row, const Table& table) {
  std::string values;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool is_null = row.is_null(static_cast<int>(i));
    values += is_null ? '\0' : '\1';
    if (!is_null) append_value(values, row, static_cast<int>(i), table.columns[i].type);
  }
  append_counted(out, values);
}

// Takes values off the front of a row's bytes; the views it gives are into them.
class ValueReader {
 public:
  explicit ValueReader(std::string_view bytes) : left_(bytes) {}
  bool at_end() const { return left_.empty(); }

  std::optional<db::Param> next(ColumnType type) {
    const std::optional<std::string_view> mark = take(1);
    if (!mark) return std::nullopt;
    if ((*mark)[0] == '\0') return db::Param{std::monostate{}};
    const std::optional<std::string_view> bytes = take_value(type);
    if (!bytes) return std::nullopt;
    switch (type) {
      case ColumnType::text: return db::Param{*bytes};
      case ColumnType::bytes: return db::Param{db::Bytes{*bytes}};
      case ColumnType::integer: return db::Param{static_cast<std::int64_t>(big_endian(*bytes))};
      case ColumnType::real: return db::Param{std::bit_cast<double>(big_endian(*bytes))};
      case ColumnType::boolean: return db::Param{(*bytes)[0] != '\0'};
      case ColumnType::uuid: return db::Param{Uuid::from_bytes(*bytes)};
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string_view> take(std::size_t count) {
    if (left_.size() < count) return std::nullopt;
    const std::string_view bytes = left_.substr(0, count);
    left_.remove_prefix(count);
    return bytes;
  }
  std::optional<std::string_view> take_value(ColumnType type) {
    switch (type) {
      case ColumnType::text:
      case ColumnType::bytes: {
        const std::optional<std::string_view> length = take(kLength);
        return length ? take(static_cast<std::size_t>(big_endian(*length))) : std::nullopt;
      }
      case ColumnType::integer:
      case ColumnType::real: return take(kNumber);
      case ColumnType::boolean: return take(1);
      case ColumnType::uuid: return take(kUuid);
    }
    return std::nullopt;
  }
  std::string_view left_;
};

std::optional<std::vector<db::Param>> values_of(std::string_view row, const Table& table) {
  std::vector<db::Param> values;
  ValueReader reader(row);
  for (const Column& column : table.columns) {
    std::optional<db::Param> value = reader.next(column.type);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  if (!reader.at_end()) return std::nullopt;
  return values;
}

// One page: the rows' bytes, how many there are, and where the last one begins.
struct Page {
  std::string bytes;
  std::int64_t rows = 0;
  std::size_t last = 0;
};

Result<Page> read_page(db::Connection& connection, const Table& table, const db::Query& query,
                       const std::vector<db::Param>& params) {
  Page page;
  TRY(connection.run(query, params, [&](const db::Row& row) {
    page.last = page.bytes.size();
    append_row(page.bytes, row, table);
    ++page.rows;
  }));
  return page;
}

std::vector<db::Param> key_of(const Page& page, const Table& table) {
  const auto values = values_of(std::string_view(page.bytes).substr(page.last + kLength), table);
  ensure(values.has_value(), "A row that was written can be read.");
  std::vector<db::Param> key;
  for (const std::size_t place : table.key) key.push_back((*values)[place]);
  return key;
}

}  // namespace

Result<Proof> read_rows(db::Connection& connection, const Table& table, const ByteSink& sink) {
  Proof proof{.table = table.name};
  Sha256Stream digest;
  const auto hand_on = [&](std::string_view bytes) -> Done {
    digest.update(bytes);
    return sink(bytes);
  };
  TRY(hand_on(header_of(table)));
  Page page = TRY(read_page(connection, table, first_page_query(table), {kPage}));
  while (page.rows > 0) {
    proof.rows += page.rows;
    TRY(hand_on(page.bytes));
    if (page.rows < kPage) break;
    std::vector<db::Param> after = key_of(page, table);
    after.emplace_back(kPage);
    page = TRY(read_page(connection, table, next_page_query(table), after));
  }
  proof.sha256 = digest.finish();
  return proof;
}

Result<Proof> prove_rows(db::Connection& connection, const Table& table) {
  return read_rows(connection, table, [](std::string_view) { return done(); });
}

Done RowWriter::take(std::string_view bytes) {
  pending_ += bytes;
  if (!header_seen_) TRY(take_header());
  while (header_seen_ && TRY(take_row())) {
  }
  return flush();
}

Done RowWriter::take_header() {
  const std::size_t end = pending_.find('\n');
  if (end == std::string::npos) return pending_.size() > kLongestHeader ? Done(damaged(table_)) : done();
  if (pending_.substr(0, end + 1) != header_of(table_)) return damaged(table_);
  pending_.erase(0, end + 1);
  header_seen_ = true;
  return done();
}

Result<bool> RowWriter::take_row() {
  const std::string_view left = std::string_view(pending_).substr(parsed_);
  if (left.size() < kLength) return false;
  const std::size_t length = static_cast<std::size_t>(big_endian(left.substr(0, kLength)));
  if (left.size() - kLength < length) return false;
  const auto values = values_of(left.substr(kLength, length), table_);
  if (!values) return damaged(table_);
  page_.insert(page_.end(), values->begin(), values->end());
  parsed_ += kLength + length;
  return true;
}

Done RowWriter::flush() {
  const std::size_t width = table_.columns.size();
  const std::size_t rows = page_.size() / width;
  if (rows > 0) {
    TRY(connection_.run_batch(insert_query(table_), rows, [&](std::size_t row, std::vector<db::Param>& params) {
      std::copy_n(page_.begin() + static_cast<std::ptrdiff_t>(row * width), width, params.begin());
    }));
  }
  rows_ += static_cast<std::int64_t>(rows);
  page_.clear();
  pending_.erase(0, parsed_);
  parsed_ = 0;
  return done();
}

Result<std::int64_t> RowWriter::finish() {
  if (!header_seen_ || !pending_.empty()) return damaged(table_);
  return rows_;
}

Done read_file(const std::string& path, const ByteSink& sink) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return storage_error("opening", path);
  std::string piece(kPiece, '\0');
  for (;;) {
    const ssize_t got = ::read(file.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return storage_error("reading", path);
    if (got == 0) return done();
    TRY(sink(std::string_view(piece).substr(0, static_cast<std::size_t>(got))));
  }
}

}  // namespace syncline::backup
