#include "secrets/keyring.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/files.h"
#include "secrets/aead.h"

namespace syncline::secrets {
namespace {

constexpr std::size_t kLongestKeyText = 4096;
constexpr std::size_t kIdSize = 16;
constexpr std::string_view kCheckContext = "master-key-check";
constexpr std::string_view kCheckText = "syncline";

struct ClosePipe {
  void operator()(FILE* pipe) const { ::pclose(pipe); }
};

std::string system_reason() { return std::generic_category().message(errno); }

Fail malformed_key() {
  return fail(ErrorKind::invalid, "malformed_master_key",
              "The master key must be 64 hexadecimal digits or 43 characters of base64url: 32 bytes.");
}

Fail unreadable(const std::string& path, const std::string& reason) {
  return fail(ErrorKind::invalid, "master_key_unreadable",
              "The master key file " + path + " cannot be read: " + reason);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Result<MasterKey> read_key(std::string_view text) {
  const std::string_view trimmed = trim(text);
  Result<std::string> bytes = trimmed.size() == 2 * kKeySize ? from_hex(trimmed) : from_base64url(trimmed);
  if (!bytes.ok()) return malformed_key();
  SecretString key = SecretString::take(std::move(bytes).value());
  if (key.reveal().size() != kKeySize) return malformed_key();
  return MasterKey{std::move(key)};
}

std::string_view filled(const SecretString& buffer, std::size_t size) { return buffer.reveal().substr(0, size); }

Result<MasterKey> load(const KeyFile& source) {
  const FileDescriptor file(::open(source.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return unreadable(source.path, system_reason());
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return unreadable(source.path, system_reason());
  if (!S_ISREG(status.st_mode)) return unreadable(source.path, "it is not a file");
  const mode_t exposing = S_IRWXO | (source.group_may_read ? mode_t{S_IWGRP | S_IXGRP} : mode_t{S_IRWXG});
  if ((status.st_mode & exposing) != 0) {
    return fail(ErrorKind::invalid, "master_key_exposed",
                "The master key file " + source.path + " is open to others than its owner: chmod 0400 it.");
  }
  SecretString text(kLongestKeyText);
  const ssize_t size = ::read(file.number(), text.writable(), kLongestKeyText);
  if (size < 0) return unreadable(source.path, system_reason());
  return read_key(filled(text, static_cast<std::size_t>(size)));
}

Result<MasterKey> load(const KeyText& source) { return read_key(source.text.reveal()); }

Result<MasterKey> load(const KeyCommand& source) {
  std::unique_ptr<FILE, ClosePipe> pipe(::popen(source.command.c_str(), "re"));
  SecretString text(kLongestKeyText);
  std::size_t size = 0;
  if (pipe) {
    std::setvbuf(pipe.get(), nullptr, _IONBF, 0);  // Or the key would stay in its buffer.
    size = std::fread(text.writable(), 1, kLongestKeyText, pipe.get());
  }
  const int status = pipe ? ::pclose(pipe.release()) : -1;
  if (status != 0) {
    return fail(ErrorKind::invalid, "master_key_command_failed", "The command that prints the master key failed.",
                "status " + std::to_string(status));
  }
  return read_key(filled(text, size));
}

Done write_key_file(const std::string& path, const FileDescriptor& file, const SecretString& text) {
  TRY(write_all(file, text.reveal(), path));
  if (::fsync(file.number()) != 0) return storage_error("syncing", path);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return sync_folder(folder.empty() ? "." : folder);
}

std::string tenant_key_context(std::string_view tenant) { return "tenant-key" + std::string(tenant); }

}  // namespace

std::string MasterKey::id() const {
  constexpr std::string_view kPrefix = "syncline-master-key-id";
  SecretString text(kPrefix.size() + kKeySize);
  kPrefix.copy(text.writable(), kPrefix.size());
  bytes.reveal().copy(text.writable() + kPrefix.size(), kKeySize);
  return to_hex(sha256(text.reveal())).substr(0, kIdSize);
}

Result<MasterKey> load_master_key(const MasterKeySource& source) {
  return std::visit([](const auto& one) { return load(one); }, source);
}

Done create_master_key_file(const std::string& path) {
  const SecretString key = SecretString::take(random_bytes(kKeySize));
  const SecretString digits = SecretString::take(to_hex(key.reveal()));
  SecretString text(digits.reveal().size() + 1);
  digits.reveal().copy(text.writable(), digits.reveal().size());
  text.writable()[digits.reveal().size()] = '\n';
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open() && errno == EEXIST) {
    return fail(ErrorKind::conflict, "master_key_exists",
                "There is a file at " + path + " already. A master key is never written over.");
  }
  if (!file.is_open()) {
    return fail(ErrorKind::invalid, "master_key_unwritable",
                "The master key file " + path + " cannot be written: " + system_reason());
  }
  Done written = write_key_file(path, file, text);
  if (!written.ok()) ::unlink(path.c_str());
  return written;
}

TenantKey make_tenant_key() { return {SecretString::take(random_bytes(kKeySize))}; }

std::string wrap_tenant_key(const MasterKey& master, std::string_view tenant, const TenantKey& key) {
  return encrypt(master.bytes.reveal(), tenant_key_context(tenant), key.bytes.reveal());
}

Result<TenantKey> unwrap_tenant_key(const MasterKey& master, std::string_view tenant, std::string_view wrapped) {
  std::optional<SecretString> key = decrypt(master.bytes.reveal(), tenant_key_context(tenant), wrapped);
  if (!key || key->reveal().size() != kKeySize) {
    return fail(ErrorKind::internal, "tenant_key_unreadable",
                "The tenant's key cannot be opened: it was damaged, or wrapped with another master key.",
                "tenant " + std::string(tenant) + ", master key " + master.id());
  }
  return TenantKey{std::move(*key)};
}

std::string check_value(const MasterKey& master) {
  return master.id() + encrypt(master.bytes.reveal(), kCheckContext, kCheckText);
}

Done verify_check_value(const MasterKey& master, std::string_view stored) {
  const std::string_view stored_id = stored.substr(0, kIdSize);
  if (decrypt(master.bytes.reveal(), kCheckContext, stored.substr(stored_id.size()))) return done();
  return fail(ErrorKind::invalid, "wrong_master_key",
              "The master key is not the one this data was encrypted with: that was key " + std::string(stored_id) +
                  ", this is key " + master.id() + ".");
}

}  // namespace syncline::secrets
