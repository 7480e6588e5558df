#include "access/authenticate.h"

#include <algorithm>
#include <semaphore>

#include "access/tokens.h"
#include "audit/record.h"
#include "secrets/password.h"
#include "store/people.h"
#include "store/sign_in_failures.h"

namespace syncline::access {
namespace {

constexpr TimeMs kSessionLength = 12 * 60 * 60 * 1000;

// Failures of one address in a minute, on all servers together.
constexpr TimeMs kWindow = 60'000;
constexpr std::int64_t kMostFailures = 10;

Done check_failures(const Services& services, std::string_view address, TimeMs now) {
  const auto transaction = TRY(services.database.begin_read(db::deployment()));
  const std::int64_t failures = TRY(store::count_sign_in_failures(transaction->connection(), address, now - kWindow));
  if (failures < kMostFailures) return done();
  return fail(ErrorKind::throttled, "too_many_attempts", "Too many attempts for this address. Wait a minute.");
}

Done count_failure(const Services& services, std::string_view address, TimeMs now) {
  const auto transaction = TRY(services.database.begin_write(db::deployment()));
  TRY(store::add_sign_in_failure(transaction->connection(), address, now, now - kWindow));
  return transaction->commit();
}

// Each hash takes 19 MiB and a core: only so many at once.
std::counting_semaphore<4>& hashing() {
  static std::counting_semaphore<4> instance(4);
  return instance;
}

bool password_is_right(const std::optional<store::PersonRow>& person, std::string_view password) {
  hashing().acquire();
  bool right = false;
  if (person && person->password_hash)
    right = secrets::verify_password(*person->password_hash, password);
  else
    secrets::verify_against_nothing(password);
  hashing().release();
  return right;
}

struct Candidate {
  std::optional<store::PersonRow> person;
  std::optional<store::AccountRow> account;
};

Result<Candidate> find_candidate(const Services& services, std::string_view email, std::string_view tenant) {
  const auto transaction = TRY(services.database.begin_read(db::signing_in()));
  Candidate candidate;
  candidate.person = TRY(store::find_person(transaction->connection(), email));
  if (candidate.person) {
    candidate.account = TRY(store::find_account(transaction->connection(), tenant, candidate.person->id));
  }
  return candidate;
}

Result<Principal> look_elsewhere(db::Connection& connection, const Principal& who, std::string_view tenant) {
  const std::optional<store::AccountRow> account = TRY(store::find_account(connection, tenant, who.person));
  if (!account) return fail(ErrorKind::not_found, "tenant_not_found", "There is no such tenant.");
  Principal there = who;
  there.tenant = tenant;
  there.role = account->role;
  return there;
}

}  // namespace

std::string normal_email(std::string_view email) {
  std::string lower(email);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower;
}

Result<Principal> authenticate(const Services& services, std::string_view token, Carrier carrier,
                               std::string_view tenant_header) {
  const Fail refused = fail(ErrorKind::unauthenticated, "unauthenticated", "This token is not valid.");
  if (!is_well_formed(token)) return refused;
  if (carrier == Carrier::cookie && !token.starts_with(kSessionPrefix)) return refused;
  const auto transaction = TRY(services.database.begin_read(db::signing_in()));
  std::optional<store::TokenHolder> holder = TRY(store::find_token(transaction->connection(), hash_token(token)));
  if (!holder || (holder->expires_at && *holder->expires_at <= services.clock())) return refused;
  if (tenant_header.empty() || tenant_header == holder->principal.tenant) return std::move(holder->principal);
  if (carrier == Carrier::cookie) return look_elsewhere(transaction->connection(), holder->principal, tenant_header);
  return fail(ErrorKind::unauthenticated, "tenant_mismatch", "The token belongs to another tenant than x-tenant-id.");
}

Result<Session> login(const Services& services, std::string_view email, std::string_view password,
                      std::string_view tenant, std::string_view request_id) {
  const std::string address = normal_email(email);
  const TimeMs now = services.clock();
  TRY(check_failures(services, address, now));
  const Candidate candidate = TRY(find_candidate(services, address, tenant));
  if (!password_is_right(candidate.person, password) || !candidate.account) {
    TRY(count_failure(services, address, now));
    return fail(ErrorKind::unauthenticated, "invalid_credentials", "The address, password or tenant is wrong.");
  }
  Session session{.token = make_token(kSessionPrefix),
                  .expires_at = now + kSessionLength,
                  .tenant = std::string(tenant),
                  .role = candidate.account->role};
  const Principal who{.person = candidate.person->id,
                      .email = address,
                      .tenant = session.tenant,
                      .role = session.role,
                      .superuser = candidate.person->superuser,
                      .token = make_uuid7(now),
                      .request_id = std::string(request_id)};
  const auto transaction = TRY(services.database.begin_write(db::writing(session.tenant)));
  TRY(store::delete_expired_sessions(transaction->connection(), session.tenant, now));
  // An account removed meanwhile fails the foreign key.
  TRY(store::insert_token(transaction->connection(), {.id = who.token,
                                                      .tenant = session.tenant,
                                                      .person = who.person,
                                                      .kind = "session",
                                                      .hash = hash_token(session.token),
                                                      .description = "",
                                                      .created_at = now,
                                                      .expires_at = session.expires_at}));
  TRY(audit::record(transaction->connection(), who, now,
                    {.action = "session.create", .subject = {"session", who.token.text()}}));
  TRY(transaction->commit());
  return session;
}

Done logout(const Services& services, const Principal& who) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.token_tenant)));
  const bool was_there = TRY(store::delete_token(transaction->connection(), who.token_tenant, who.person, who.token));
  if (!was_there) return done();  // Ended by another request meanwhile.
  TRY(audit::record(transaction->connection(), who, services.clock(),
                    {.tenant = who.token_tenant, .action = "session.end", .subject = {"session", who.token.text()}}));
  return transaction->commit();
}

}  // namespace syncline::access
