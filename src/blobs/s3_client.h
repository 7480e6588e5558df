#pragma once
// Signed requests to one bucket of an S3-compatible store (signature version 4, path-style addresses), with time-outs,
// and repeated with growing pauses when the store or the way to it fails. Every request that is sent may be repeated:
// the store says so with the same effect.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "secrets/secret_string.h"

namespace syncline::blobs {

struct S3Place {
  std::string endpoint;  // "https://host:port"
  std::string region;
  std::string bucket;
  std::string prefix;  // "" or "a/b/"
};

struct S3Credentials {
  std::string key_id;
  secrets::SecretString secret;
  secrets::SecretString session_token;  // "" for lasting credentials
};

struct S3Patience {
  int attempts = 6;
  int first_pause_ms = 100;  // then twice as long each time, and up to half of that longer by chance
  long connect_ms = 5'000;
  long stalled_s = 30;  // without a kilobyte a second
};

struct S3Request {
  const char* method = "GET";
  std::string key = {};                                         // after the prefix; "" asks the bucket
  std::vector<std::pair<std::string, std::string>> query = {};  // sorted by name
  std::vector<std::string> headers = {};                        // "name: value"
  std::string_view body = {};
};

struct S3Answer {
  long status = 0;
  std::string body = {};
  std::string etag = {};    // with its quotes
  std::uint64_t size = 0;   // Content-Length, also of HEAD
  std::uint64_t total = 0;  // of a part: how long the whole is (Content-Range)
  int attempt = 1;          // which one was answered
};

// Any number of threads may use one at once.
class S3Client {
 public:
  S3Client(S3Place place, S3Credentials credentials, S3Patience patience);
  ~S3Client();
  S3Client(const S3Client&) = delete;
  S3Client& operator=(const S3Client&) = delete;

  // Any answer that is no passing failure. Error: unavailable `storage_unreachable`, when none came.
  Result<S3Answer> send(const S3Request& request);
  const S3Place& place() const { return place_; }

 private:
  class Call;
  void* take_handle();
  void give_back(void* handle);

  S3Place place_;
  S3Credentials credentials_;
  S3Patience patience_;
  std::mutex mutex_;
  std::vector<void*> idle_;  // handles with their open connections
};

// What an unwanted answer means: full `storage_full`, or internal `storage_failed`, with the store's own code.
Fail s3_error(std::string_view doing, const S3Answer& answer);

// The text of the first element of that name at or after `from`, with its entities resolved; `next` is where it ends,
// npos when there is none.
struct XmlText {
  std::string text;
  std::size_t next = std::string::npos;
};
XmlText xml_text(std::string_view xml, std::string_view name, std::size_t from = 0);

}  // namespace syncline::blobs
