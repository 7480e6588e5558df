#pragma once
// A table's rows as bytes, the same for the same rows in every database: a line of JSON that names the table and its
// columns, then the rows in the order of the primary key. A row is its length (4 bytes, the highest first) and its
// columns by name: a byte 0 for NULL, or a byte 1 and the value. Integers and doubles have 8 bytes, the highest first;
// a boolean has 1, a UUID 16; texts and bytes have their length (4 bytes) before them. docs/operating.md says the same.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backup/catalogue.h"
#include "base/bytes.h"
#include "base/files.h"
#include "db/connection.h"

namespace syncline::backup {

// What two tables are compared by.
struct Proof {
  std::string table;
  std::int64_t rows = 0;
  Digest sha256{};  // over all of those bytes
  bool operator==(const Proof&) const = default;
};

using ByteSink = std::function<Done(std::string_view bytes)>;

// Hands a table's bytes on, a page of rows at a time.
Result<Proof> read_rows(db::Connection& connection, const Table& table, const ByteSink& sink);
// The same without the bytes.
Result<Proof> prove_rows(db::Connection& connection, const Table& table);

// Takes the bytes of a table in pieces of any length and inserts the rows, a page at a time.
class RowWriter {
 public:
  RowWriter(db::Connection& connection, const Table& table) : connection_(connection), table_(table) {}
  // Errors: invalid `damaged_backup`, when the bytes are no rows of that table; those of the database.
  Done take(std::string_view bytes);
  // Once, after the last piece. Gives how many rows there were. Errors as above.
  Result<std::int64_t> finish();

 private:
  Done take_header();
  Result<bool> take_row();
  Done flush();

  db::Connection& connection_;
  const Table& table_;
  std::string pending_;          // bytes that came, from the first row that is not inserted
  std::size_t parsed_ = 0;       // of them: rows waiting to be inserted
  std::vector<db::Param> page_;  // their values, one after the other
  bool header_seen_ = false;
  std::int64_t rows_ = 0;
};

// Bytes of a file, in pieces, until its end. Errors: those of base/files.h.
Done read_file(const std::string& path, const ByteSink& sink);

}  // namespace syncline::backup
