#include "promotion/fields.h"

namespace syncline::promotion {
namespace {

using planning::DiffOp;
using planning::FieldChange;

constexpr std::size_t kMostFields = 200;
constexpr std::size_t kLongestValue = 4096;

// Gives whether the value was short enough.
bool append_value(std::string& out, std::string_view name, const json::Value& value) {
  const std::string text = json::write(value);
  if (text.size() > kLongestValue) return false;
  out.append(",\"").append(name).append("\":").append(text);
  return true;
}

}  // namespace

bool FieldWriter::begin(const std::string& pointer, DiffOp op) {
  if (pointers_.size() >= kMostFields) {
    cut_ = true;
    return false;
  }
  pointers_.push_back(pointer);
  fields_ += fields_.empty() ? "{\"pointer\":" : ",{\"pointer\":";
  json::append_string(fields_, pointer);
  fields_.append(",\"op\":\"").append(planning::op_name(op)).append("\"");
  return true;
}

void FieldWriter::add(const FieldChange& change) {
  if (!begin(change.pointer, change.op)) return;
  if (change.op == DiffOp::changed && planning::reads_as_lines(change.before, change.after)) {
    fields_ += ",\"textDiff\":";
    json::append_string(fields_, planning::diff_texts(*change.before.string(), *change.after.string()));
  } else {
    bool whole = true;
    if (change.op == DiffOp::changed || change.op == DiffOp::removed)
      whole = append_value(fields_, "before", change.before);
    if (change.op == DiffOp::changed || change.op == DiffOp::added)
      whole = append_value(fields_, "after", change.after) && whole;
    if (!whole) fields_ += ",\"truncated\":true";
  }
  if (change.op == DiffOp::moved) {
    fields_ += ",\"from\":";
    json::append_string(fields_, change.from);
  }
  fields_ += '}';
}

void FieldWriter::add_version(std::int64_t number, DiffOp op) {
  if (begin("/versions/" + std::to_string(number), op)) fields_ += ",\"version\":" + std::to_string(number) + "}";
}

void FieldWriter::add_secret(const std::string& pointer, DiffOp op) {
  if (begin(pointer, op)) fields_ += '}';
}

std::string FieldWriter::changes() const {
  std::string out = "[";
  for (const std::string& pointer : pointers_) {
    if (out.size() > 1) out += ',';
    json::append_string(out, pointer);
  }
  return out + "]";
}

std::string FieldWriter::members() const {
  return ",\"changes\":" + changes() + ",\"fields\":[" + fields_ + "]" + (cut_ ? ",\"fieldsTruncated\":true" : "");
}

std::string risks_member(const std::vector<planning::RiskMark>& risks) {
  if (risks.empty()) return "";
  json::Array list;
  for (const planning::RiskMark& mark : risks) {
    json::Object item{{"risk", planning::risk_name(mark.risk)}, {"detail", mark.detail}};
    if (!mark.pointer.empty()) item.add("pointer", mark.pointer);
    list.emplace_back(std::move(item));
  }
  return ",\"risks\":" + json::write(std::move(list));
}

}  // namespace syncline::promotion
