#pragma once
// A database of its own for one size: two tenants and a source with N resources of five versions, about 8 KB each.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "access/services.h"
#include "promotion/request.h"

namespace syncline::bench {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) {
    ensure(false, result.error().code + ": " + result.error().message + " " + result.error().context);
  }
  return std::move(result).value();
}

class Setup {
 public:
  // `postgres`: an address; "" for SQLite in a folder below `parent`.
  Setup(const std::filesystem::path& parent, const std::string& postgres, std::int64_t resources);
  ~Setup();
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  Services& services() { return services_; }
  // As another server on the same database has them.
  Services& other_services() { return other_services_; }
  const std::vector<Uuid>& resources() const { return ids_; }
  const Principal& owner() const { return owner_; }
  void add_tenant(const std::string& tenant);
  promotion::PromotionRequest everything_to(const std::string& target) const;

  // The database's own copy of the source, bodies and all, into a tenant called "baseline"; and its removal.
  void copy_by_sql();
  void remove_copy();
  // Moves what the log holds into the file, so that a measurement does not pay for the one before.
  void settle();

 private:
  void fill(std::int64_t resources);
  std::unique_ptr<db::Database> make_database() const;
  std::unique_ptr<db::Database> open_database() const;
  void in_whole_database(const std::string& sql) const;

  std::string postgres_;
  std::string schema_;
  std::filesystem::path folder_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<db::Database> other_database_;
  std::unique_ptr<blobs::BlobStore> blobs_;
  secrets::MasterKey master_key_;
  Services services_;
  Services other_services_;
  Principal owner_;
  std::vector<Uuid> ids_;
};

}  // namespace syncline::bench
