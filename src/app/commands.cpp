#include "app/commands.h"

#include <algorithm>
#include <iostream>

#include "access/people.h"
#include "access/tenant_keys.h"
#include "app/deployment.h"
#include "app/report.h"
#include "audit/history.h"
#include "base/json.h"
#include "db/migrate.h"
#include "store/people.h"
#include "upkeep/sweep.h"

namespace syncline::app {
namespace {

constexpr db::Query kIntegrity{"doctor.integrity", "PRAGMA quick_check"};
constexpr db::Query kForeignKeys{"doctor.foreign_keys", "PRAGMA foreign_key_check"};

Done run_bootstrap(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  if (options.text("tenant").empty() || options.text("email").empty()) {
    return fail(ErrorKind::invalid, "usage", "Give --tenant ID and --email E, and the password on standard input.");
  }
  std::string password;
  std::getline(std::cin, password);
  const std::unique_ptr<Deployment> deployment = TRY(Deployment::open(options));
  const std::string token =
      TRY(access::bootstrap(deployment->services(), options.text("tenant"), options.text("email"), password));
  std::cout << json::write(json::Object{{"token", token}}) << "\n";
  return done();
}

Done run_migrate(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::unique_ptr<db::Database> database = TRY(open_database(options));
  const std::vector<std::string> ran = TRY(db::migrate(*database, system_now_ms()));
  for (const std::string& name : ran) std::cout << "ran " << name << "\n";
  if (ran.empty()) std::cout << "nothing to do\n";
  return done();
}

Done rotate_key(const Options& options) {
  TRY(require_database(options));
  if (options.text("new-master-key-file").empty()) {
    return fail(ErrorKind::invalid, "usage", "Give --new-master-key-file FILE; it is made when it is not there.");
  }
  const secrets::KeyFile new_file{.path = options.text("new-master-key-file")};
  auto created = secrets::create_master_key_file(new_file.path);
  if (!created.ok() && created.error().code != "master_key_exists") return created;
  const secrets::MasterKey old_key = TRY(find_master_key(options, false));
  const secrets::MasterKey new_key = TRY(secrets::load_master_key(new_file));
  const std::unique_ptr<db::Database> database = TRY(open_database(options));
  const auto transaction = TRY(database->begin_write(db::deployment_alone()));
  const std::int64_t count = TRY(access::rewrap_tenant_keys(transaction->connection(), old_key, new_key));
  TRY(transaction->commit());
  std::cout << "wrapped the keys of " << count << " tenants with master key " << new_key.id() << "\n"
            << "start the server with --master-key-file " << new_file.path << " from now on\n";
  return done();
}

Done run_key(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::string verb = options.words.empty() ? "" : options.words.front();
  if (verb == "rotate") return rotate_key(options);
  if (verb != "status" && verb != "verify") {
    return fail(ErrorKind::invalid, "usage", "usage: syncline key status|verify|rotate --data DIR");
  }
  const secrets::MasterKey master = TRY(find_master_key(options, false));
  std::cout << "master key " << master.id() << "\n";
  if (verb == "status") return done();
  TRY(require_database(options));
  const std::unique_ptr<db::Database> database = TRY(open_database(options));
  const auto transaction = TRY(database->begin_write(db::deployment_alone()));
  TRY(access::check_master_key(transaction->connection(), master));
  const std::vector<store::TenantRow> tenants = TRY(store::list_tenants(transaction->connection()));
  for (const store::TenantRow& tenant : tenants) {
    TRY(access::load_tenant_key(transaction->connection(), master, tenant.id));
  }
  std::cout << "opens the keys of " << tenants.size() << " tenants\n";
  return done();
}

// What the database says of itself; PostgreSQL checks its own pages and keys.
struct Integrity {
  std::string pages = "ok";
  std::size_t broken_references = 0;
};

Result<Integrity> check_integrity(db::Database& database) {
  Integrity integrity;
  if (database.engine() != "sqlite") return integrity;
  const auto transaction = TRY(database.begin_read(db::deployment()));
  const auto name_of = [](const db::Row& row) { return row.string(0); };
  integrity.pages = TRY(transaction->connection().one(kIntegrity, {}, name_of)).value_or("nothing");
  const std::vector<std::string> rows = TRY(transaction->connection().list(kForeignKeys, {}, name_of));
  integrity.broken_references = rows.size();
  return integrity;
}

Done run_doctor(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::unique_ptr<Deployment> deployment = TRY(Deployment::open_existing(options));
  const Services& services = deployment->services();
  const Integrity integrity = TRY(check_integrity(services.database));
  const bool deep = !options.words.empty() && options.words.front() == "--deep";
  const upkeep::Findings findings =
      TRY(upkeep::examine(services, deep ? upkeep::Depth::contents : upkeep::Depth::sizes));
  std::cout << "schema: up to date\nmaster key: " << services.master_key.id() << "\ndatabase: " << integrity.pages
            << "\nrows that point nowhere: " << integrity.broken_references << "\nblobs: " << findings.blobs
            << ", missing: " << findings.missing_blobs << ", of another size: " << findings.wrong_blobs
            << (deep ? ", of another content: " + std::to_string(findings.damaged_blobs) : "")
            << "\nbodies missing: " << findings.missing_bodies
            << "\nresources without all of their versions: " << findings.incomplete_lineages
            << "\nparts of resources that are not there: " << findings.stray_parts << "\n";
  if (integrity.pages == "ok" && integrity.broken_references == 0 && findings.all_well()) return done();
  return fail(ErrorKind::internal, "damaged", "The data is damaged: see above. Restore a backup.");
}

Done run_sweep(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::unique_ptr<Deployment> deployment = TRY(Deployment::open_existing(options));
  const upkeep::Swept swept =
      TRY(upkeep::sweep(deployment->services(), {.grace_ms = options.number("sweep-grace-ms")}));
  std::cout << "marked: " << swept.marked << "\nremoved: " << swept.bodies << " bodies, " << swept.lineages
            << " lineages, " << swept.blobs << " blobs, " << swept.sessions << " sessions, " << swept.plans
            << " plans\n";
  return done();
}

Result<std::vector<std::string>> tenants_to_verify(const Options& options, db::Database& database) {
  const auto transaction = TRY(database.begin_read(db::deployment()));
  const std::vector<store::TenantRow> tenants = TRY(store::list_tenants(transaction->connection()));
  const std::string& only = options.text("tenant");
  std::vector<std::string> ids;
  for (const store::TenantRow& tenant : tenants) {
    if (only.empty() || tenant.id == only) ids.push_back(tenant.id);
  }
  if (ids.empty()) return fail(ErrorKind::not_found, "tenant_not_found", "There is no such tenant.");
  return ids;
}

// By the rows alone: neither a server nor the master key has a say in it.
Done run_audit_verify(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  TRY(require_database(options));
  std::optional<Digest> expected;
  if (const std::string& head = options.text("expect-head"); !head.empty()) {
    const auto bytes = from_hex(head);
    if (!bytes.ok() || bytes.value().size() != sizeof(Digest) || options.text("tenant").empty()) {
      return fail(ErrorKind::invalid, "usage",
                  "--expect-head is a hash of 64 digits, of the chain of one --tenant ID.");
    }
    std::copy(bytes.value().begin(), bytes.value().end(), expected.emplace().begin());
  }
  const std::unique_ptr<db::Database> database = TRY(open_database(options));
  const std::vector<std::string> tenants = TRY(tenants_to_verify(options, *database));
  std::string broken;
  for (const std::string& tenant : tenants) {
    const audit::Verified found = TRY(audit::verify(*database, tenant, expected));
    const audit::Verdict& verdict = found.verdict;
    std::cout << tenant << ": " << verdict.rows << " rows, "
              << (found.valid ? "the chain holds" : "the chain is broken") << "; head "
              << (verdict.rows == 0 ? "-" : to_hex(verdict.head)) << "\n";
    if (found.valid) continue;
    broken += " In " + tenant +
              (verdict.first_bad ? " row " + std::to_string(*verdict.first_bad) + " does not fit."
                                 : " the expected head is missing.");
  }
  if (broken.empty()) return done();
  return fail(ErrorKind::conflict, "audit_broken", "The record of changes was changed." + broken);
}

Done run_config(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::vector<std::string>& words = options.words;
  if (words.empty() || words.front() != "show" || words.size() > 2) {
    std::cout
        << "usage: syncline config show [--origin]\n\nSettings of serve and the other commands on a data directory "
        << "(default):\n"
        << settings_help();
    return done();
  }
  for (const auto& [name, value] : options.values) {
    // An address may hold a password.
    const bool is_address = name == "database" || name == "database-replica" || value.text.starts_with("postgres");
    const std::string shown = is_address && !value.text.empty() ? "postgres, as given" : value.text;
    std::cout << name << " = " << (shown.empty() ? "-" : shown);
    if (words.back() == "--origin") std::cout << "  (" << value.origin << ")";
    std::cout << "\n";
  }
  return done();
}

}  // namespace

int bootstrap(const Arguments& arguments) { return exit_code_of(run_bootstrap(arguments)); }
int migrate(const Arguments& arguments) { return exit_code_of(run_migrate(arguments)); }
int key(const Arguments& arguments) { return exit_code_of(run_key(arguments)); }
int sweep(const Arguments& arguments) { return exit_code_of(run_sweep(arguments)); }
int doctor(const Arguments& arguments) { return exit_code_of(run_doctor(arguments)); }
int audit_verify(const Arguments& arguments) { return exit_code_of(run_audit_verify(arguments)); }
int config(const Arguments& arguments) { return exit_code_of(run_config(arguments)); }

}  // namespace syncline::app
