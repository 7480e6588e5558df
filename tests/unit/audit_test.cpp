// The audit's chain under random damage, and that no route changes something unseen.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "audit/chain.h"
#include "audit/record.h"
#include "http/routes.h"
#include "support/scenario.h"

namespace syncline::audit {
namespace {

// The routes that a scenario asked and that changed something then, of which the scenario's runner saw one audit row.
std::set<std::string> audited_routes() {
  std::set<std::string> audited;
  for (const std::string& file : test::scenario_files(SYNCLINE_SCENARIOS_DIR)) {
    const test::Ran ran = test::run_scenario(file, test::Engine::sqlite, test::Mode::plain);
    EXPECT_EQ(ran.mistake, "");
    audited.insert(ran.changed.begin(), ran.changed.end());
  }
  return audited;
}

// Routes that are no GET and change nothing of a tenant's own.
const std::set<std::string> kChangeNothing = {"POST /api/tenant/sync/{target}/plan",
                                              "POST /api/tenant/sync/runs/{id}/cancel",
                                              "POST /api/tenant/sync/runs/{id}/rollback/plan"};

TEST(Audit, EachRouteThatCanChangeSomethingWasSeenToWriteOneRow) {
  const std::set<std::string> audited = audited_routes();
  for (const http::Route& route : http::routes()) {
    const std::string name = std::string(route.method) + " " + std::string(route.pattern);
    if (route.method == "GET" || kChangeNothing.contains(name)) continue;
    EXPECT_TRUE(audited.contains(name)) << name << " has no scenario in which it succeeds and writes one audit row. "
                                        << "Call audit::record in its verb and add it to a file of tests/scenarios.";
  }
}

std::vector<store::AuditRow> make_chain(const std::string& tenant, std::size_t length) {
  std::vector<store::AuditRow> chain;
  Digest previous{};
  for (std::size_t i = 0; i < length; ++i) {
    store::AuditRow row{.tenant = tenant,
                        .seq = static_cast<std::int64_t>(i) + 1,
                        .at = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000),
                        .actor = make_uuid7(static_cast<std::int64_t>(i)),
                        .token = make_uuid7(static_cast<std::int64_t>(i)),
                        .action = *rc::gen::element<std::string>("resource.edit", "sync.run", "variable.set"),
                        .subject_kind = "tools",
                        .subject_id = std::to_string(i),
                        .subject_name = *rc::gen::string<std::string>(),
                        .details = "{\"changed\":[\"body\"]}",
                        .request_id = std::to_string(i),
                        .previous = previous};
    row.hash = hash_of(row);
    previous = row.hash;
    chain.push_back(std::move(row));
  }
  return chain;
}

bool holds(const std::vector<store::AuditRow>& chain, const std::optional<Digest>& expected = {}) {
  ChainCheck check("acme", expected);
  for (const store::AuditRow& row : chain) check.take(row);
  return check.is_valid();
}

void damage_text(std::string& text) {
  if (text.empty()) {
    text = "x";
    return;
  }
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = static_cast<char>(text[at] ^ (1 << *rc::gen::inRange(0, 7)));
}

// One field of a row becomes another; the last of these is its hash.
constexpr int kFields = 13;
void edit(store::AuditRow& row, int fields = kFields) {
  const std::size_t byte = *rc::gen::inRange<std::size_t>(0, 16);
  switch (*rc::gen::inRange(0, fields)) {
    case 0: row.seq += *rc::gen::element<std::int64_t>(-1, 1, 1'000); break;
    case 1: row.at += *rc::gen::element<std::int64_t>(-1, 1, 86'400'000); break;
    case 2: row.actor->bytes[byte] ^= 1; break;
    case 3: row.actor.reset(); break;
    case 4: row.token->bytes[byte] ^= 1; break;
    case 5: damage_text(row.action); break;
    case 6: damage_text(row.subject_kind); break;
    case 7: damage_text(row.subject_id); break;
    case 8: damage_text(row.subject_name); break;
    case 9: damage_text(row.details); break;
    case 10: damage_text(row.request_id); break;
    case 11: row.previous[byte] ^= 1; break;
    default: row.hash[byte] ^= 1; break;
  }
}

// What somebody may do to the table who does not write the whole chain anew.
std::string damage(std::vector<store::AuditRow>& chain) {
  const auto size = chain.size();
  const auto at = *rc::gen::inRange<std::size_t>(0, size);
  const auto begin = chain.begin();
  const auto offset = static_cast<std::ptrdiff_t>(at);
  switch (*rc::gen::inRange(0, 7)) {
    case 0: edit(chain[at]); return "edit";
    case 1: {  // An edit with a hash that fits the row: what follows it does not.
      store::AuditRow& row = chain[at == size - 1 ? 0 : at];
      edit(row, kFields - 1);
      row.hash = hash_of(row);
      return "edit with its hash";
    }
    case 2: chain.erase(begin + (at == size - 1 ? 0 : offset)); return "deletion";
    case 3: std::swap(chain[at], chain[(at + 1) % size]); return "swap";
    case 4: chain.insert(begin + offset, chain[(at + 1) % size]); return "a row again elsewhere";
    case 5: {  // A part that was cut out, its neighbours joined and numbered anew.
      const auto first = static_cast<std::ptrdiff_t>(at == size - 1 ? 0 : at);
      chain.erase(begin + first);
      for (auto row = chain.begin() + first; row != chain.end(); ++row) row->seq -= 1;
      return "deletion with new numbers";
    }
    default: {  // The rest of another tenant's chain.
      std::vector<store::AuditRow> other = make_chain("other", size + 1);
      std::copy(other.begin() + offset, other.end(), std::back_inserter(chain));
      chain.erase(chain.begin() + offset, chain.begin() + static_cast<std::ptrdiff_t>(size));
      return "splice";
    }
  }
}

TEST(Audit, AnyDamageInsideTheChainIsFound) {
  std::size_t damaged = 0;
  const bool all_found = rc::check("damage is found", [&] {
    for (int i = 0; i < 100; ++i) {
      std::vector<store::AuditRow> chain = make_chain("acme", *rc::gen::inRange<std::size_t>(2, 12));
      RC_ASSERT(holds(chain));
      const std::string what = damage(chain);
      ++damaged;
      if (holds(chain)) RC_FAIL("not found: " + what);
    }
  });
  EXPECT_TRUE(all_found);
  EXPECT_GE(damaged, 10'000U);
}

TEST(Audit, ACutEndIsFoundBesideAHeadKeptElsewhere) {
  std::size_t cut = 0;
  const bool all_found = rc::check("a cut end is found", [&] {
    for (int i = 0; i < 20; ++i) {
      std::vector<store::AuditRow> chain = make_chain("acme", *rc::gen::inRange<std::size_t>(1, 12));
      const Digest head = chain.back().hash;
      RC_ASSERT(holds(chain, head));
      chain.resize(*rc::gen::inRange<std::size_t>(0, chain.size()));
      RC_ASSERT(holds(chain));
      RC_ASSERT(!holds(chain, head));
      ++cut;
    }
  });
  EXPECT_TRUE(all_found);
  EXPECT_GE(cut, 2'000U);
}

TEST(Audit, TheFieldsOfARowCannotRunIntoEachOther) {
  store::AuditRow one{.tenant = "a", .action = "bc"};
  store::AuditRow other{.tenant = "ab", .action = "c"};

  EXPECT_NE(hash_of(one), hash_of(other));
}

}  // namespace
}  // namespace syncline::audit
