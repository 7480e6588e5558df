#pragma once
// A whole server without a socket: a new database in a folder of its own, requests through the dispatcher.

#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "access/services.h"
#include "base/json.h"
#include "db/faulty_database.h"
#include "db/notifier.h"
#include "http/dispatch.h"
#include "runs/center.h"

namespace syncline::test {

struct Answer {
  int status = 0;
  std::vector<http::Header> headers;
  std::string text;
  json::Value value;  // null when the text is no JSON
};

struct Ask {
  std::string method;
  std::string target;
  std::string body = {};
  std::vector<http::Header> headers = {};
};

enum class Engine { sqlite, postgres };
// Whether tests can have it: PostgreSQL where SYNCLINE_TEST_POSTGRES gives an address (`./dev test` starts one).
bool is_available(Engine engine);

class World {
 public:
  explicit World(Engine engine = Engine::sqlite);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Tenants are owned by the person `owner`; all others have the one role they are given.
  void add_tenant(const std::string& id, const std::string& environment = "development");
  void add_member(const std::string& name, const std::string& role, const std::string& tenant);
  // An API key of the person for the tenant.
  std::string token(const std::string& name, const std::string& tenant);

  // Throws when the answer is not what the API's description promises.
  Answer send(const Ask& ask);
  // As `name` in `tenant`.
  Answer send(Ask ask, const std::string& name, const std::string& tenant);

  void let_pass(TimeMs time) { now_ += time; }
  // Does the runs that wait for a worker.
  void work();

  // Every row of every table, as text, but of those named, and but for runs that have not
  // succeeded: they have had no effect.
  std::string dump(const std::set<std::string>& without = {});
  std::int64_t count_audit_rows();  // of all tenants
  db::FaultyDatabase& database() { return *faulty_; }
  Services& services() { return services_; }
  const std::vector<http::Answered>& log() const { return log_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  Answer must(Ask ask, const std::string& token);
  std::unique_ptr<db::Database> open_engine();
  std::unique_ptr<db::Database> open_database();

  Engine engine_;
  std::string schema_;  // of PostgreSQL: each world has its own
  std::filesystem::path folder_;
  db::FaultyDatabase* faulty_ = nullptr;  // within the database
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<blobs::BlobStore> blobs_;
  secrets::MasterKey master_key_;
  TimeMs now_ = 1'800'000'000'000;
  Services services_;
  std::unique_ptr<db::Notifier> notifier_ = db::make_notifier();
  std::unique_ptr<runs::Center> runs_;
  std::vector<http::Answered> log_;
  std::unique_ptr<http::Dispatcher> dispatcher_;
  std::string superuser_token_;
  std::map<std::pair<std::string, std::string>, std::string> tokens_;  // by person and tenant
  std::map<std::string, bool> persons_;
  std::list<std::string> sql_;  // the driver knows a query by the address of its text
};

}  // namespace syncline::test
