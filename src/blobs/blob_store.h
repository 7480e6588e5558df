#pragma once
// Contents too large for a row: documents' files, embeddings' segments. A blob is written once under a new id, read
// any number of times, and removed; it never changes. Rows point at blobs, and copies share them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/uuid.h"

namespace syncline::blobs {

struct Stored {
  Uuid id;
  std::uint64_t size = 0;
  Digest sha256{};
};

// One blob on its way in. Nobody can open it before `finish`; one that is dropped unfinished leaves nothing.
class Upload {
 public:
  virtual ~Upload() = default;
  // Errors: full `storage_full`; internal `storage_failed`. After an error the upload can only be dropped.
  virtual Done write(std::string_view bytes) = 0;
  // Once. The blob is on the disk, whole and to stay, when this returns. Errors as for write.
  virtual Result<Stored> finish() = 0;
};

// One open blob. When it is removed meanwhile it stays readable (directory) or reading fails with `blob_missing` (S3).
// Any number of threads may read from it at once.
class Reader {
 public:
  virtual ~Reader() = default;
  // How many bytes it put at `buffer`: fewer than `capacity` at the end of the blob only, 0 after it. Error: internal
  // `storage_failed`.
  virtual Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const = 0;
  virtual std::uint64_t size() const = 0;
};

// The same, but that whoever reads it in order from its beginning gets internal `blob_damaged` instead of its last
// bytes when the whole is not what was stored.
std::unique_ptr<Reader> verified(std::unique_ptr<Reader> reader, const Digest& sha256);

// Any number of threads may use one store at once.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // `id` is new. Errors of all: internal `storage_failed`, and unavailable `storage_unreachable` of a store elsewhere.
  // Here also: internal `blob_exists`; full `storage_full`.
  virtual Result<std::unique_ptr<Upload>> begin(const Uuid& id) = 0;
  // Error: internal `blob_missing`.
  virtual Result<std::unique_ptr<Reader>> open(const Uuid& id) = 0;
  // Removing what is not there is done already: a sweep that was cut off starts over.
  virtual Done remove(const Uuid& id) = 0;
  // The finished blobs, sorted.
  virtual Result<std::vector<Uuid>> list() = 0;
};

}  // namespace syncline::blobs
