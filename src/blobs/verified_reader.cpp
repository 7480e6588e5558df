#include <mutex>

#include "blobs/blob_store.h"

namespace syncline::blobs {
namespace {

class VerifiedReader final : public Reader {
 public:
  VerifiedReader(std::unique_ptr<Reader> reader, const Digest& sha256) : reader_(std::move(reader)), sha256_(sha256) {}

  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const override {
    const std::size_t count = TRY(reader_->read_at(offset, buffer, capacity));
    const std::lock_guard lock(mutex_);
    if (offset != hashed_ || count == 0) return count;
    digest_.update({buffer, count});
    hashed_ += count;
    if (hashed_ == reader_->size() && digest_.finish() != sha256_) {
      return fail(ErrorKind::internal, "blob_damaged", "A stored content is not what was stored.",
                  "its SHA-256 should be " + to_hex(sha256_));
    }
    return count;
  }
  std::uint64_t size() const override { return reader_->size(); }

 private:
  std::unique_ptr<Reader> reader_;
  Digest sha256_;
  mutable std::mutex mutex_;
  mutable Sha256Stream digest_;
  mutable std::uint64_t hashed_ = 0;  // how far reading has gone on from the beginning
};

}  // namespace

std::unique_ptr<Reader> verified(std::unique_ptr<Reader> reader, const Digest& sha256) {
  return std::make_unique<VerifiedReader>(std::move(reader), sha256);
}

}  // namespace syncline::blobs
