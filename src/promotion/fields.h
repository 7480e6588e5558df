#pragma once
// Fields of items in plans, as JSON.

#include <string>
#include <vector>

#include "planning/diff.h"
#include "planning/risks.h"

namespace syncline::promotion {

// Writes ,"changes":[…],"fields":[…]. Values that are long are cut down to a difference of lines, or left out and
// marked `truncated`; of very many fields the first are written.
class FieldWriter {
 public:
  void add(const planning::FieldChange& change);
  // A version that comes, goes or is another one.
  void add_version(std::int64_t number, planning::DiffOp op);
  // Of which no value may be shown: credentials.
  void add_secret(const std::string& pointer, planning::DiffOp op);

  bool empty() const { return pointers_.empty(); }
  const std::vector<std::string>& pointers() const { return pointers_; }
  std::string members() const;  // ,"changes":[…],"fields":[…]
  std::string changes() const;  // […]

 private:
  bool begin(const std::string& pointer, planning::DiffOp op);

  std::vector<std::string> pointers_;
  std::string fields_;
  bool cut_ = false;
};

// ,"risks":[…], or nothing.
std::string risks_member(const std::vector<planning::RiskMark>& risks);

}  // namespace syncline::promotion
