#pragma once
// A text that leaves no copy behind: move-only, zeroed when it goes.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace syncline::secrets {

class SecretString {
 public:
  SecretString() = default;
  explicit SecretString(std::string_view text) : SecretString(text.size()) { text.copy(bytes_.get(), text.size()); }
  // Room for `size` bytes, zeros at first, to be filled through `writable`.
  explicit SecretString(std::size_t size) : bytes_(std::make_unique<char[]>(size)), size_(size) {}
  // Takes the text over and zeroes the one it was in.
  static SecretString take(std::string&& text);

  ~SecretString() { zero(); }
  SecretString(SecretString&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  SecretString& operator=(SecretString&& other) noexcept {
    if (this == &other) return *this;
    zero();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  SecretString(const SecretString&) = delete;
  SecretString& operator=(const SecretString&) = delete;

  std::string_view reveal() const { return {bytes_.get(), size_}; }
  char* writable() { return bytes_.get(); }

 private:
  void zero();

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace syncline::secrets
