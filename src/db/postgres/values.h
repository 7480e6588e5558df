#pragma once
// Values as libpq takes and gives them, all binary: numbers in the order of the network, the rest as it is.

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "db/connection.h"

namespace syncline::db {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

bool succeeded(const PGresult* result);
// How many rows a statement changed; 0 for one that gives rows without changing any.
std::int64_t changed_by(const PGresult* result);

class PostgresRow : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}

  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  std::int64_t integer(int column) const override;
  bool boolean(int column) const override;
  double real(int column) const override;
  std::string_view text(int column) const override { return value(column); }
  std::string_view bytes(int column) const override { return value(column); }
  Uuid uuid(int column) const override;

 private:
  std::string_view value(int column) const;
  const PGresult* result_;
  int row_;
};

// Parameters of one statement. Numbers are kept here; the rest is pointed at.
class BoundParams {
 public:
  explicit BoundParams(std::span<const Param> params);
  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }
  // The same for the same values, and for no others.
  std::string key() const;

 private:
  void bind(std::size_t i, const Param& param);
  void point_at(std::size_t i, std::string_view bytes);

  std::vector<std::string> numbers_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

// A column of a batch as PostgreSQL's array.
class ArrayParam {
 public:
  explicit ArrayParam(Oid element);
  void add(const Param& param);
  std::string_view finish();

 private:
  std::string bytes_;
  Oid element_;
  std::uint32_t count_ = 0;
  bool has_nulls_ = false;
};

// A statement that is sent later, with parameters of its own.
class HeldStatement {
 public:
  HeldStatement(const Query& query, std::span<const Param> params);
  HeldStatement(const Query& query, std::initializer_list<Param> params)
      : HeldStatement(query, std::span<const Param>(params.begin(), params.size())) {}
  HeldStatement(HeldStatement&&) = default;
  HeldStatement& operator=(HeldStatement&&) = default;
  const Query& query() const { return *query_; }
  std::span<const Param> params() const { return params_; }

 private:
  const Query* query_;
  std::deque<std::string> texts_;  // moving it moves none of them
  std::vector<Param> params_;
};

}  // namespace syncline::db
