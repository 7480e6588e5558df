#pragma once
// Files that must be on the disk when we say so.

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace syncline {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() { close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

// What errno says about a file: full `storage_full`, or internal `storage_failed` with `doing` in the context.
Fail storage_error(std::string_view doing, const std::string& path);
// Errors of both: those of storage_error. `path` is for the error only.
Done write_all(const FileDescriptor& file, std::string_view bytes, const std::string& path);
// Makes the names in a folder as lasting as its files' contents.
Done sync_folder(const std::string& folder);

}  // namespace syncline
