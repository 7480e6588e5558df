#include "audit/chain.h"

namespace syncline::audit {
namespace {

constexpr std::string_view kFormat = "syncline-audit-1";

void append_number(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

void append(std::string& out, std::string_view field) {
  append_number(out, field.size());
  out += field;
}

void append(std::string& out, std::int64_t number) {
  append_number(out, 8);
  append_number(out, static_cast<std::uint64_t>(number));
}

void append(std::string& out, const std::optional<Uuid>& id) { append(out, id ? id->view() : std::string_view()); }

}  // namespace

Digest hash_of(const store::AuditRow& row) {
  std::string text(kFormat);
  append(text, row.tenant);
  append(text, row.seq);
  append(text, row.at);
  append(text, row.actor);
  append(text, row.token);
  append(text, row.action);
  append(text, row.subject_kind);
  append(text, row.subject_id);
  append(text, row.subject_name);
  append(text, row.details);
  append(text, row.request_id);
  append(text, db::Bytes{{reinterpret_cast<const char*>(row.previous.data()), row.previous.size()}}.view);
  return sha256(text);
}

void ChainCheck::take(const store::AuditRow& row) {
  if (verdict_.first_bad) return;
  const bool fits = row.tenant == tenant_ && row.seq == verdict_.rows + 1 && row.previous == verdict_.head &&
                    row.hash == hash_of(row);
  if (!fits) {
    verdict_.first_bad = row.seq;
    return;
  }
  verdict_.rows = row.seq;
  verdict_.head = row.hash;
  if (expected_head_ == row.hash) verdict_.expected_head_found = true;
}

}  // namespace syncline::audit
