#include "blobs/directory_store.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace syncline::blobs {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUploads = "tmp";
constexpr std::size_t kShardDigits = 2;

struct Paths {
  std::string upload;
  std::string shard;
  std::string blob;
};

Paths paths_of(const std::string& folder, const Uuid& id) {
  const std::string name = id.text();
  const std::string shard = folder + "/" + name.substr(name.size() - kShardDigits);
  return {.upload = folder + "/" + std::string(kUploads) + "/" + name, .shard = shard, .blob = shard + "/" + name};
}

// Whether it was made: false when there is one.
Result<bool> make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return true;
  if (errno == EEXIST) return false;
  return storage_error("making", folder);
}

// All the store's folders at once, so that no upload has to see to it that its folder lasts.
Done make_folders(const std::string& folder) {
  if (TRY(make_folder(folder))) {
    const std::string parent = fs::path(folder).parent_path().string();
    TRY(sync_folder(parent.empty() ? "." : parent));
  }
  TRY(make_folder(folder + "/" + std::string(kUploads)));
  for (int shard = 0; shard <= 0xFF; ++shard) {
    TRY(make_folder(folder + "/" + to_hex(std::string(1, static_cast<char>(shard)))));
  }
  return sync_folder(folder);
}

// Whoever uploads holds a lock on the file, so one that can be locked was left behind.
void remove_if_left_behind(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.is_open() && ::flock(file.number(), LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
}

Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code failed;
  fs::directory_iterator at(folder, failed);
  for (; !failed && at != fs::directory_iterator(); at.increment(failed)) entries.push_back(at->path());
  if (failed) {
    return fail(ErrorKind::internal, "storage_failed", "The server's storage failed.",
                "listing " + folder.string() + ": " + failed.message());
  }
  return entries;
}

class DirectoryUpload final : public Upload {
 public:
  DirectoryUpload(const Uuid& id, Paths paths, FileDescriptor file)
      : id_(id), paths_(std::move(paths)), file_(std::move(file)) {}
  ~DirectoryUpload() override {
    if (file_.is_open()) ::unlink(paths_.upload.c_str());
  }
  DirectoryUpload(const DirectoryUpload&) = delete;
  DirectoryUpload& operator=(const DirectoryUpload&) = delete;

  Done write(std::string_view bytes) override {
    ensure(!failed_ && file_.is_open(), "Nothing is written to an upload that has failed or is finished.");
    failed_ = true;
    TRY(write_all(file_, bytes, paths_.upload));
    failed_ = false;
    digest_.update(bytes);
    size_ += bytes.size();
    return done();
  }

  Result<Stored> finish() override {
    ensure(!failed_ && file_.is_open(), "An upload is finished once, and not when it has failed.");
    failed_ = true;
    if (::fdatasync(file_.number()) != 0) return storage_error("syncing", paths_.upload);
    if (::rename(paths_.upload.c_str(), paths_.blob.c_str()) != 0) return storage_error("renaming", paths_.upload);
    file_.close();
    TRY(sync_folder(paths_.shard));
    return Stored{.id = id_, .size = size_, .sha256 = digest_.finish()};
  }

 private:
  Uuid id_;
  Paths paths_;
  FileDescriptor file_;  // Closed once the upload's file is the blob.
  Sha256Stream digest_;
  std::uint64_t size_ = 0;
  bool failed_ = false;
};

class DirectoryReader final : public Reader {
 public:
  DirectoryReader(std::string path, FileDescriptor file, std::uint64_t size)
      : path_(std::move(path)), file_(std::move(file)), size_(size) {}

  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const override {
    if (offset >= size_) return std::size_t{0};
    std::size_t filled = 0;
    while (filled < capacity) {
      const ssize_t got =
          ::pread(file_.number(), buffer + filled, capacity - filled, static_cast<off_t>(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return storage_error("reading", path_);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    return filled;
  }

  std::uint64_t size() const override { return size_; }

 private:
  std::string path_;
  FileDescriptor file_;
  std::uint64_t size_;
};

class DirectoryStore final : public BlobStore {
 public:
  explicit DirectoryStore(std::string folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<Upload>> begin(const Uuid& id) override {
    Paths paths = paths_of(folder_, id);
    FileDescriptor file(::open(paths.upload.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open() && errno == EEXIST) return exists(id);
    if (!file.is_open() || ::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
      return storage_error("starting", paths.upload);
    }
    auto upload = std::make_unique<DirectoryUpload>(id, paths, std::move(file));
    // Looked at after the upload's file was made: of two uploads of one id, one finds the other's file or its blob.
    if (::access(paths.blob.c_str(), F_OK) == 0) return exists(id);
    return std::unique_ptr<Upload>(std::move(upload));
  }

  Result<std::unique_ptr<Reader>> open(const Uuid& id) override {
    const Paths paths = paths_of(folder_, id);
    FileDescriptor file(::open(paths.blob.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) {
      return fail(ErrorKind::internal, "blob_missing", "A stored content is missing.", "blob " + paths.blob);
    }
    struct stat status {};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) return storage_error("opening", paths.blob);
    return std::unique_ptr<Reader>(
        std::make_unique<DirectoryReader>(paths.blob, std::move(file), static_cast<std::uint64_t>(status.st_size)));
  }

  Done remove(const Uuid& id) override {
    const Paths paths = paths_of(folder_, id);
    if (::unlink(paths.blob.c_str()) != 0 && errno != ENOENT) return storage_error("removing", paths.blob);
    return done();
  }

  Result<std::vector<Uuid>> list() override {
    std::vector<Uuid> ids;
    for (const fs::path& shard : TRY(entries_of(folder_))) {
      if (shard.filename().native().size() != kShardDigits) continue;
      for (const fs::path& blob : TRY(entries_of(shard))) {
        if (const auto id = parse_uuid(blob.filename().native())) ids.push_back(*id);
      }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

 private:
  static Fail exists(const Uuid& id) {
    return fail(ErrorKind::internal, "blob_exists", "A content of this id is stored already.", "blob " + id.text());
  }

  std::string folder_;
};

}  // namespace

Result<std::unique_ptr<BlobStore>> open_directory_store(const std::string& folder) {
  TRY(make_folders(folder));
  for (const fs::path& upload : TRY(entries_of(fs::path(folder) / kUploads))) remove_if_left_behind(upload.string());
  return std::unique_ptr<BlobStore>(std::make_unique<DirectoryStore>(folder));
}

}  // namespace syncline::blobs
