#include "blobs/s3_store.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>

#include <sys/stat.h>

#include "base/bytes.h"
#include "base/clock.h"

namespace syncline::blobs {
namespace {

constexpr std::string_view kScheme = "s3://";
constexpr std::size_t kMostParts = 10'000;  // the protocol's
constexpr std::size_t kWindow = 4 * 1024 * 1024;

Fail usage(std::string message) { return fail(ErrorKind::invalid, "usage", std::move(message)); }

bool has_only(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

Done read_place_option(S3Place& place, std::string_view option) {
  const std::size_t equals = option.find('=');
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : option.substr(equals + 1);
  const bool is_endpoint = (value.starts_with("https://") || value.starts_with("http://")) && has_only(value, ".-:/[]");
  if (name == "endpoint" && is_endpoint) {
    place.endpoint = value;
    while (place.endpoint.ends_with('/')) place.endpoint.pop_back();
    return done();
  }
  if (name == "region" && !value.empty() && has_only(value, "-")) {
    place.region = value;
    return done();
  }
  return usage("blobs: only endpoint=http(s)://… and region=… may follow the bucket.");
}

Fail blob_exists(const Uuid& id) {
  return fail(ErrorKind::internal, "blob_exists", "A content of this id is stored already.", "blob " + id.text());
}
Fail blob_missing(const Uuid& id) {
  return fail(ErrorKind::internal, "blob_missing", "A stored content is missing.", "blob " + id.text());
}

// The size of a blob that is there.
Result<std::optional<std::uint64_t>> find_size(S3Client& client, const Uuid& id) {
  const S3Answer answer = TRY(client.send({.method = "HEAD", .key = id.text()}));
  if (answer.status == 404) return std::optional<std::uint64_t>();
  if (answer.status != 200) return s3_error("looking for a blob", answer);
  return std::optional(answer.size);
}

class S3Upload final : public Upload {
 public:
  S3Upload(S3Client& client, const Uuid& id, std::size_t part_bytes)
      : client_(client), id_(id), part_bytes_(part_bytes) {}
  ~S3Upload() override {
    if (upload_.empty() || finished_) return;
    // What stays behind when this fails is ended by a later start.
    (void)client_.send({.method = "DELETE", .key = id_.text(), .query = {{"uploadId", upload_}}}).ok();
  }
  S3Upload(const S3Upload&) = delete;
  S3Upload& operator=(const S3Upload&) = delete;

  Done write(std::string_view bytes) override {
    ensure(!failed_ && !finished_, "Nothing is written to an upload that has failed or is finished.");
    failed_ = true;
    digest_.update(bytes);
    size_ += bytes.size();
    while (!bytes.empty()) {
      if (buffer_.size() == part_bytes_) TRY(send_part());
      const std::size_t fits = std::min(bytes.size(), part_bytes_ - buffer_.size());
      buffer_ += bytes.substr(0, fits);
      bytes.remove_prefix(fits);
    }
    failed_ = false;
    return done();
  }

  Result<Stored> finish() override {
    ensure(!failed_ && !finished_, "An upload is finished once, and not when it has failed.");
    failed_ = true;
    if (TRY(find_size(client_, id_))) return blob_exists(id_);
    if (upload_.empty())
      TRY(put_whole());
    else
      TRY(complete());
    const std::optional<std::uint64_t> stored = TRY(find_size(client_, id_));
    if (stored != size_) {
      return fail(ErrorKind::internal, "storage_failed", "The server's storage failed.",
                  "the store keeps another length of blob " + id_.text());
    }
    finished_ = true;
    return Stored{.id = id_, .size = size_, .sha256 = digest_.finish()};
  }

 private:
  Done put_whole() {
    const S3Answer answer = TRY(client_.send({.method = "PUT", .key = id_.text(), .body = buffer_}));
    return answer.status == 200 ? done() : Done(s3_error("storing a blob", answer));
  }

  Done begin_parts() {
    const S3Answer answer = TRY(client_.send({.method = "POST", .key = id_.text(), .query = {{"uploads", ""}}}));
    if (answer.status != 200) return s3_error("beginning an upload", answer);
    upload_ = xml_text(answer.body, "UploadId").text;
    return upload_.empty() ? Done(s3_error("beginning an upload", answer)) : done();
  }

  Done send_part() {
    if (upload_.empty()) TRY(begin_parts());
    if (etags_.size() == kMostParts) {
      return fail(ErrorKind::full, "storage_full", "The content is longer than the store takes.");
    }
    const S3Answer answer =
        TRY(client_.send({.method = "PUT",
                          .key = id_.text(),
                          .query = {{"partNumber", std::to_string(etags_.size() + 1)}, {"uploadId", upload_}},
                          .body = buffer_}));
    if (answer.status != 200 || answer.etag.empty()) return s3_error("storing a part", answer);
    etags_.push_back(answer.etag);
    buffer_.clear();
    return done();
  }

  Done complete() {
    if (!buffer_.empty()) TRY(send_part());
    std::string list = "<CompleteMultipartUpload>";
    for (std::size_t i = 0; i < etags_.size(); ++i) {
      list += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" + etags_[i] + "</ETag></Part>";
    }
    list += "</CompleteMultipartUpload>";
    const S3Answer answer =
        TRY(client_.send({.method = "POST", .key = id_.text(), .query = {{"uploadId", upload_}}, .body = list}));
    // The first attempt may have done it without our hearing so: `finish` looks whether the blob is there, whole.
    if (answer.status == 404 && answer.attempt > 1) return done();
    // An answer that was begun before the outcome was known has the status 200 in any case.
    const bool is_done = answer.status == 200 && answer.body.find("<Error>") == std::string::npos;
    return is_done ? done() : Done(s3_error("finishing an upload", answer));
  }

  S3Client& client_;
  Uuid id_;
  std::size_t part_bytes_;
  std::string buffer_;  // the part that is being filled
  std::string upload_;  // the store's name for it, once there are parts
  std::vector<std::string> etags_;
  Sha256Stream digest_;
  std::uint64_t size_ = 0;
  bool failed_ = false;
  bool finished_ = false;
};

// Reads ahead, for whoever reads a blob reads it in small pieces from its beginning.
class S3Reader final : public Reader {
 public:
  S3Reader(S3Client& client, const Uuid& id, std::uint64_t size) : client_(client), id_(id), size_(size) {}

  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const override {
    std::size_t filled = 0;
    while (filled < capacity && offset + filled < size_ && offset < size_) {
      std::size_t copied = copy_from_window(offset + filled, buffer + filled, capacity - filled);
      if (copied == 0) {
        TRY(move_window(offset + filled));
        continue;
      }
      filled += copied;
    }
    return filled;
  }
  std::uint64_t size() const override { return size_; }

 private:
  std::size_t copy_from_window(std::uint64_t offset, char* buffer, std::size_t capacity) const {
    const std::lock_guard lock(mutex_);
    if (offset < window_begin_ || offset - window_begin_ >= window_.size()) return 0;
    const std::size_t at = static_cast<std::size_t>(offset - window_begin_);
    const std::size_t count = std::min(capacity, window_.size() - at);
    std::memcpy(buffer, window_.data() + at, count);
    return count;
  }

  Done move_window(std::uint64_t offset) const {
    const std::uint64_t last = std::min<std::uint64_t>(offset + kWindow, size_) - 1;
    const std::string range = "Range: bytes=" + std::to_string(offset) + "-" + std::to_string(last);
    S3Answer answer = TRY(client_.send({.method = "GET", .key = id_.text(), .headers = {range}}));
    if (answer.status == 404) return blob_missing(id_);
    if (answer.status != 206 || answer.body.size() != last - offset + 1 || answer.total != size_) {
      return s3_error("reading a blob", answer);
    }
    const std::lock_guard lock(mutex_);
    window_ = std::move(answer.body);
    window_begin_ = offset;
    return done();
  }

  S3Client& client_;
  Uuid id_;
  std::uint64_t size_;
  mutable std::mutex mutex_;
  mutable std::string window_;
  mutable std::uint64_t window_begin_ = 0;
};

class S3Store final : public BlobStore {
 public:
  S3Store(S3Place place, S3Credentials credentials, const S3Limits& limits)
      : client_(std::move(place), std::move(credentials), limits.patience), limits_(limits) {}

  Done try_credentials() {
    const S3Answer answer = TRY(client_.send({.query = {{"list-type", "2"}, {"max-keys", "1"}}}));
    if (answer.status == 200) return done();
    return fail(ErrorKind::invalid, "storage_refused", "The store refuses these credentials, or has no such bucket.",
                s3_error("trying the bucket", answer).error.context);
  }

  Done end_abandoned(std::int64_t now_ms) {
    const S3Answer answer = TRY(client_.send({.query = {{"prefix", client_.place().prefix}, {"uploads", ""}}}));
    if (answer.status != 200) return s3_error("listing unfinished uploads", answer);
    for (std::size_t at = 0;;) {
      const XmlText key = xml_text(answer.body, "Key", at);
      const XmlText upload = xml_text(answer.body, "UploadId", at);
      const XmlText begun = xml_text(answer.body, "Initiated", at);
      if (key.next == std::string::npos || upload.next == std::string::npos) return done();
      at = std::max({key.next, upload.next, begun.next == std::string::npos ? 0 : begun.next});
      const std::optional<TimeMs> begun_at = parse_time(begun.text);
      const std::string name = key.text.substr(std::min(key.text.size(), client_.place().prefix.size()));
      if (!begun_at || *begun_at > now_ms - limits_.abandoned_after_ms || !parse_uuid(name)) continue;
      TRY(client_.send({.method = "DELETE", .key = name, .query = {{"uploadId", upload.text}}}));
    }
  }

  Result<std::unique_ptr<Upload>> begin(const Uuid& id) override {
    if (TRY(find_size(client_, id))) return blob_exists(id);
    return std::unique_ptr<Upload>(std::make_unique<S3Upload>(client_, id, limits_.part_bytes));
  }

  Result<std::unique_ptr<Reader>> open(const Uuid& id) override {
    const std::optional<std::uint64_t> size = TRY(find_size(client_, id));
    if (!size) return blob_missing(id);
    return std::unique_ptr<Reader>(std::make_unique<S3Reader>(client_, id, *size));
  }

  Done remove(const Uuid& id) override {
    const S3Answer answer = TRY(client_.send({.method = "DELETE", .key = id.text()}));
    if (answer.status == 204 || answer.status == 200 || answer.status == 404) return done();
    return s3_error("removing a blob", answer);
  }

  Result<std::vector<Uuid>> list() override {
    std::vector<Uuid> ids;
    std::string token;
    do {
      S3Request request{.query = {{"list-type", "2"}, {"prefix", client_.place().prefix}}};
      if (!token.empty()) request.query.insert(request.query.begin(), {"continuation-token", token});
      const S3Answer answer = TRY(client_.send(request));
      if (answer.status != 200) return s3_error("listing the blobs", answer);
      for (XmlText key = xml_text(answer.body, "Key"); key.next != std::string::npos;
           key = xml_text(answer.body, "Key", key.next)) {
        const std::string name = key.text.substr(std::min(key.text.size(), client_.place().prefix.size()));
        if (const auto id = parse_uuid(name)) ids.push_back(*id);
      }
      token = xml_text(answer.body, "NextContinuationToken").text;
    } while (!token.empty());
    std::sort(ids.begin(), ids.end());
    return ids;
  }

 private:
  S3Client client_;
  S3Limits limits_;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool is_s3_place(std::string_view text) { return text.starts_with(kScheme); }

Result<S3Place> parse_s3_place(std::string_view text) {
  if (!is_s3_place(text)) return usage("blobs: an address begins with s3://.");
  text.remove_prefix(kScheme.size());
  S3Place place{.endpoint = "", .region = "us-east-1", .bucket = "", .prefix = ""};
  const std::size_t question = text.find('?');
  const std::string_view path = text.substr(0, question);
  std::string_view options = question == std::string_view::npos ? "" : text.substr(question + 1);
  while (!options.empty()) {
    const std::size_t end = std::min(options.find('&'), options.size());
    TRY(read_place_option(place, options.substr(0, end)));
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  const std::size_t slash = std::min(path.find('/'), path.size());
  place.bucket = path.substr(0, slash);
  place.prefix = path.substr(std::min(slash + 1, path.size()));
  if (!place.prefix.empty() && !place.prefix.ends_with('/')) place.prefix += '/';
  if (place.bucket.empty() || !has_only(place.bucket, ".-") || !has_only(place.prefix, "._-/")) {
    return usage("blobs: a bucket and a prefix have letters, digits, dots, dashes and underlines only.");
  }
  if (place.endpoint.empty()) place.endpoint = "https://s3." + place.region + ".amazonaws.com";
  return place;
}

Result<S3Credentials> find_s3_credentials(const std::string& file) {
  S3Credentials credentials{.key_id = environment("AWS_ACCESS_KEY_ID"),
                            .secret = secrets::SecretString(environment("AWS_SECRET_ACCESS_KEY")),
                            .session_token = secrets::SecretString(environment("AWS_SESSION_TOKEN"))};
  if (!credentials.key_id.empty() && !credentials.secret.reveal().empty()) return credentials;
  if (file.empty()) {
    return usage("blobs: give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or --blobs-credentials-file FILE.");
  }
  struct stat status {};
  std::ifstream lines(file);
  std::string secret;
  std::string session;
  if (::stat(file.c_str(), &status) != 0 || !std::getline(lines, credentials.key_id) || !std::getline(lines, secret)) {
    return fail(ErrorKind::invalid, "credentials_unreadable", "The credentials of the store cannot be read: " + file);
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorKind::invalid, "credentials_exposed", "Others may read the credentials of the store: " + file);
  }
  std::getline(lines, session);
  credentials.secret = secrets::SecretString::take(std::move(secret));
  credentials.session_token = secrets::SecretString::take(std::move(session));
  return credentials;
}

Result<std::unique_ptr<BlobStore>> open_s3_store(S3Place place, S3Credentials credentials, std::int64_t now_ms,
                                                 const S3Limits& limits) {
  auto store = std::make_unique<S3Store>(std::move(place), std::move(credentials), limits);
  TRY(store->try_credentials());
  TRY(store->end_abandoned(now_ms));
  return std::unique_ptr<BlobStore>(std::move(store));
}

}  // namespace syncline::blobs
