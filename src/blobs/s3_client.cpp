#include "blobs/s3_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <random>
#include <thread>

#include <curl/curl.h>

#include "base/bytes.h"

namespace syncline::blobs {
namespace {

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos)
      out += c;
    else
      out += "%" + to_hex(std::string_view(&c, 1));
  }
  // The signature is over upper-case digits.
  std::size_t at = 0;
  while ((at = out.find('%', at)) != std::string::npos) {
    for (std::size_t i = at + 1; i < at + 3; ++i) {
      if (out[i] >= 'a') out[i] = static_cast<char>(out[i] - 'a' + 'A');
    }
    at += 3;
  }
  return out;
}

std::string url_of(const S3Place& place, const S3Request& request) {
  std::string url = place.endpoint + "/" + place.bucket;
  if (!request.key.empty()) url += "/" + place.prefix + request.key;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    // The `=` is written even without a value: so it is signed.
    url += separator + escaped(name) + "=" + escaped(value);
    separator = '&';
  }
  return url;
}

std::uint64_t number_at_end(std::string_view text, char before) {
  const std::size_t at = text.rfind(before);
  std::uint64_t number = 0;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
  return number;
}

bool take_header(std::string_view line, std::string_view name, std::string_view& value) {
  if (line.size() <= name.size() || line[name.size()] != ':') return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((line[i] | 0x20) != name[i]) return false;
  }
  value = line.substr(name.size() + 1);
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
  return true;
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& answer = *static_cast<S3Answer*>(to);
  const std::string_view line(bytes, size * count);
  std::string_view value;
  if (line.starts_with("HTTP/")) {
    answer.etag.clear();
    answer.size = answer.total = 0;
  } else if (take_header(line, "etag", value)) {
    answer.etag = value;
  } else if (take_header(line, "content-length", value)) {
    std::from_chars(value.data(), value.data() + value.size(), answer.size);
  } else if (take_header(line, "content-range", value)) {
    answer.total = number_at_end(value, '/');
  }
  return size * count;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* to) {
  static_cast<S3Answer*>(to)->body.append(bytes, size * count);
  return size * count;
}

// Failures of the store, or of what stands before it, that pass.
bool is_passing(const S3Answer& answer) {
  constexpr std::array<long, 6> kStatuses = {408, 429, 500, 502, 503, 504};
  if (std::find(kStatuses.begin(), kStatuses.end(), answer.status) != kStatuses.end()) return true;
  const std::string code = answer.status == 400 ? xml_text(answer.body, "Code").text : "";
  return code == "RequestTimeout" || code == "IncompleteBody";
}

void pause(const S3Patience& patience, int attempt) {
  thread_local std::minstd_rand chance(std::random_device{}());
  const int base = patience.first_pause_ms << (attempt - 1);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(base + std::uniform_int_distribution<int>(0, std::max(1, base / 2))(chance)));
}

}  // namespace

// One attempt of one request on a handle that is cleared for it.
class S3Client::Call {
 public:
  Call(CURL* handle, const S3Client& client, const S3Request& request)
      : handle_(handle), url_(url_of(client.place_, request)), body_(request.body) {
    curl_easy_reset(handle_);
    set_up(client, request);
  }
  ~Call() { curl_slist_free_all(headers_); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  CURLcode perform(S3Answer& answer) {
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &answer);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer);
    const CURLcode code = curl_easy_perform(handle_);
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer.status);
    return code;
  }

 private:
  void set_up(const S3Client& client, const S3Request& request) {
    const std::string method = request.method;
    curl_easy_setopt(handle_, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, client.patience_.connect_ms);
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 1024L);
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME, client.patience_.stalled_s);
    // Apart, for a key's id may hold the colon that would part them.
    curl_easy_setopt(handle_, CURLOPT_AWS_SIGV4, ("aws:amz:" + client.place_.region + ":s3").c_str());
    curl_easy_setopt(handle_, CURLOPT_USERNAME, client.credentials_.key_id.c_str());
    curl_easy_setopt(handle_, CURLOPT_PASSWORD, std::string(client.credentials_.secret.reveal()).c_str());
    if (method == "HEAD") {
      curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
    } else if (method == "PUT" || method == "POST") {
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body_.data() == nullptr ? "" : body_.data());
      add("Content-Type: application/octet-stream");
    }
    if (method != "HEAD" && method != "GET") curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request.method);
    // The store checks what arrived against it. libcurl's own `Expect` stays: its signature counts on it.
    add("x-amz-content-sha256: " + to_hex(sha256(body_)));
    const std::string_view session = client.credentials_.session_token.reveal();
    if (!session.empty()) add("x-amz-security-token: " + std::string(session));
    for (const std::string& line : request.headers) add(line);
  }
  void add(const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); }

  CURL* handle_;
  std::string url_;
  std::string_view body_;
  curl_slist* headers_ = nullptr;
};

S3Client::S3Client(S3Place place, S3Credentials credentials, S3Patience patience)
    : place_(std::move(place)), credentials_(std::move(credentials)), patience_(patience) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

S3Client::~S3Client() {
  for (void* handle : idle_) curl_easy_cleanup(handle);
  curl_global_cleanup();
}

void* S3Client::take_handle() {
  const std::lock_guard lock(mutex_);
  if (!idle_.empty()) {
    void* handle = idle_.back();
    idle_.pop_back();
    return handle;
  }
  void* handle = curl_easy_init();
  ensure(handle != nullptr, "libcurl gives a handle.");
  return handle;
}

void S3Client::give_back(void* handle) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(handle);
}

Result<S3Answer> S3Client::send(const S3Request& request) {
  std::string reason;
  for (int attempt = 1; attempt <= patience_.attempts; ++attempt) {
    if (attempt > 1) pause(patience_, attempt - 1);
    void* handle = take_handle();
    S3Answer answer{.attempt = attempt};
    const CURLcode code = Call(handle, *this, request).perform(answer);
    give_back(handle);
    if (code == CURLE_OK && !is_passing(answer)) return answer;
    reason = code != CURLE_OK ? curl_easy_strerror(code) : "status " + std::to_string(answer.status);
  }
  return fail(ErrorKind::unavailable, "storage_unreachable", "The server's storage cannot be reached. Try again.",
              std::string(request.method) + " " + place_.endpoint + "/" + place_.bucket + ": " + reason);
}

Fail s3_error(std::string_view doing, const S3Answer& answer) {
  const std::string code = xml_text(answer.body, "Code").text;
  std::string context = std::string(doing) + ": status " + std::to_string(answer.status) + " " + code;
  if (answer.status == 507 || code == "QuotaExceeded" || code == "XMinioStorageFull") {
    return fail(ErrorKind::full, "storage_full", "There is no space left in the store.", std::move(context));
  }
  return fail(ErrorKind::internal, "storage_failed", "The server's storage failed.", std::move(context));
}

XmlText xml_text(std::string_view xml, std::string_view name, std::size_t from) {
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  const std::size_t begin = xml.find(open, from);
  const std::size_t end = begin == std::string_view::npos ? begin : xml.find(close, begin);
  if (end == std::string_view::npos) return {};
  std::string text(xml.substr(begin + open.size(), end - begin - open.size()));
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEntities = {
      {{"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&apos;", "'"}, {"&amp;", "&"}}};
  for (const auto& [entity, character] : kEntities) {
    for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos; at += character.size()) {
      text.replace(at, entity.size(), character);
    }
  }
  return {.text = std::move(text), .next = end + close.size()};
}

}  // namespace syncline::blobs
