#include "base/files.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace syncline {

void FileDescriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Fail storage_error(std::string_view doing, const std::string& path) {
  const int reason = errno;
  std::string context = std::string(doing) + " " + path + ": " + std::generic_category().message(reason);
  if (reason == ENOSPC || reason == EDQUOT) {
    return fail(ErrorKind::full, "storage_full", "The server has no space left to store this.", std::move(context));
  }
  return fail(ErrorKind::internal, "storage_failed", "The server's storage failed.", std::move(context));
}

Done write_all(const FileDescriptor& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return storage_error("writing", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return done();
}

Done sync_folder(const std::string& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.number()) != 0) return storage_error("syncing", folder);
  return done();
}

}  // namespace syncline
