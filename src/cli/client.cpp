#include "cli/client.h"

#include <curl/curl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include "cli/progress.h"

namespace syncline::cli {
namespace {

ErrorKind kind_of_status(long status) {
  switch (status) {
    case 400: return ErrorKind::malformed;
    case 401: return ErrorKind::unauthenticated;
    case 403: return ErrorKind::forbidden;
    case 404: return ErrorKind::not_found;
    case 409: return ErrorKind::conflict;
    case 412: return ErrorKind::stale;
    case 413: return ErrorKind::too_large;
    case 422: return ErrorKind::invalid;
    case 429: return ErrorKind::throttled;
    case 503: return ErrorKind::unavailable;
    case 507: return ErrorKind::full;
    default: return ErrorKind::internal;
  }
}

Error unknown_answer(long status) {
  return {.kind = kind_of_status(status),
          .code = "bad_answer",
          .message = "The server answered " + std::to_string(status) + " in a way this program does not know."};
}

Error error_of(long status, const std::string& body) {
  Error error = unknown_answer(status);
  const auto problem = json::parse(body);
  if (!problem.ok() || problem.value().text_at("code").empty()) return error;
  error.code = problem.value().text_at("code");
  error.message = problem.value().text_at("detail");
  error.context = "request " + problem.value().text_at("requestId");
  error.extension_json = body;  // whole: a view picks what it knows
  const json::Value* fields = problem.value().at("errors");
  if (fields == nullptr || fields->array() == nullptr) return error;
  for (const json::Value& field : *fields->array()) {
    error.fields.push_back({field.text_at("pointer"), field.text_at("detail")});
  }
  return error;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Result<File> open_file(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode));
  if (!file) return fail(ErrorKind::invalid, "file", "The file " + path + " cannot be opened.");
  return file;
}

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(bytes, count);
  return count;
}

std::size_t write_file(char* bytes, std::size_t, std::size_t count, void* to) {
  return std::fwrite(bytes, 1, count, static_cast<std::FILE*>(to));
}

std::size_t read_file(char* buffer, std::size_t size, std::size_t count, void* from) {
  return std::fread(buffer, 1, size * count, static_cast<std::FILE*>(from));
}

int show_progress(void* progress, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send, curl_off_t sent) {
  static_cast<Progress*>(progress)->update(static_cast<std::uint64_t>(loaded + sent),
                                           static_cast<std::uint64_t>(to_load + to_send));
  return 0;
}

}  // namespace

// One request, with its headers and what became of it.
class Client::Call {
 public:
  Call(const Connection& connection, std::string_view method, const std::string& path)
      : handle_(curl_easy_init()), url_(connection.server + path), progress_(connection.quiet) {
    ensure(handle_ != nullptr, "libcurl gives a handle.");
    curl_easy_setopt(handle_, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, std::string(method).c_str());
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT, 10L);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    // Without an end when bytes flow; with one when nothing does.
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME, connection.timeout_s);
    curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, show_progress);
    curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, &progress_);
    answer_to_text();
    if (method == "POST" && !connection.idempotency_key.empty()) {
      header("Idempotency-Key: " + connection.idempotency_key);
    }
    if (!connection.token.empty()) header("Authorization: Bearer " + connection.token);
    header("Expect:");
  }
  ~Call() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(handle_);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void header(const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); }
  void body(const std::string& text) {
    header("Content-Type: application/json");
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(text.size()));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, text.c_str());
  }
  void body_from(std::FILE* file, std::int64_t size) {
    curl_easy_setopt(handle_, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle_, CURLOPT_READFUNCTION, read_file);
    curl_easy_setopt(handle_, CURLOPT_READDATA, file);
    curl_easy_setopt(handle_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
  }
  void answer_to_text() {
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &text_);
  }
  void lines_to(const std::function<void(std::string_view)>& take) {
    take_line_ = &take;
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take_lines);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  }
  void answer_to(std::FILE* file) {
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, write_file);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, file);
  }

  Result<long> perform() {
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    const CURLcode code = curl_easy_perform(handle_);
    progress_.end();
    if (code != CURLE_OK) {
      return fail(ErrorKind::unavailable, "unreachable",
                  "The server at " + url_ + " cannot be reached: " + curl_easy_strerror(code) + ".");
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return status;
  }
  const std::string& text() const { return text_; }

 private:
  static std::size_t take_lines(char* bytes, std::size_t, std::size_t count, void* to) {
    Call& call = *static_cast<Call*>(to);
    call.text_.append(bytes, count);
    for (std::size_t end = call.text_.find('\n'); end != std::string::npos; end = call.text_.find('\n')) {
      (*call.take_line_)(std::string_view(call.text_).substr(0, end));
      call.text_.erase(0, end + 1);
    }
    return count;
  }

  CURL* handle_;
  const std::function<void(std::string_view)>* take_line_ = nullptr;
  std::string url_;
  curl_slist* headers_ = nullptr;
  std::string text_;
  Progress progress_;
};

Client::Client(Connection connection) : connection_(std::move(connection)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  while (connection_.server.ends_with('/')) connection_.server.pop_back();
}
Client::~Client() { curl_global_cleanup(); }

namespace {

Result<json::Value> value_of(long status, const std::string& text) {
  constexpr json::Limits kAnswerLimits{.depth = 300, .nodes = 50'000'000};
  if (status >= 300) return Fail{error_of(status, text)};
  if (text.empty()) return json::Value();
  auto value = json::parse(text, kAnswerLimits);
  return value.ok() ? std::move(value) : Fail{unknown_answer(status)};
}

}  // namespace

Result<json::Value> Client::call(std::string_view method, const std::string& path,
                                 const std::optional<std::string>& body, const std::vector<std::string>& headers) {
  Call request(connection_, method, path);
  for (const std::string& line : headers) request.header(line);
  if (body) request.body(*body);
  const long status = TRY(request.perform());
  return value_of(status, request.text());
}

Result<std::string> Client::get_text(const std::string& path) {
  Call request(connection_, "GET", path);
  const long status = TRY(request.perform());
  if (status >= 300) return Fail{error_of(status, request.text())};
  return request.text();
}

Done Client::follow(const std::string& path, const std::function<void(std::string_view)>& take,
                    const std::vector<std::string>& headers) {
  Call request(connection_, "GET", path);
  request.header("Accept: text/event-stream");
  for (const std::string& line : headers) request.header(line);
  request.lines_to(take);
  const long status = TRY(request.perform());
  if (status >= 300) return Fail{error_of(status, request.text())};
  return done();
}

Result<json::Array> Client::list(const std::string& path) {
  json::Array items;
  std::string cursor;
  for (;;) {
    const std::string separator = path.find('?') == std::string::npos ? "?" : "&";
    const std::string page = path + separator + "limit=500" + (cursor.empty() ? "" : "&cursor=" + cursor);
    json::Value answer = TRY(get(page));
    const json::Value* found = answer.at("items");
    if (found == nullptr || found->array() == nullptr) return items;
    items.insert(items.end(), found->array()->begin(), found->array()->end());
    cursor = answer.text_at("nextCursor");
    if (cursor.empty()) return items;
  }
}

Result<json::Value> Client::upload(const std::string& path, const std::string& file, const std::string& media_type) {
  const File source = TRY(open_file(file, "rb"));
  std::fseek(source.get(), 0, SEEK_END);
  const std::int64_t size = std::ftell(source.get());
  std::rewind(source.get());
  Call request(connection_, "PUT", path);
  request.header("Content-Type: " + media_type);
  request.body_from(source.get(), size);
  const long status = TRY(request.perform());
  return value_of(status, request.text());
}

namespace {

// Of an answer that is no content: short.
std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

Done Client::download(const std::string& path, const std::string& file) {
  // Under another name until it is whole.
  const std::string unfinished = file + ".part";
  File target = TRY(open_file(unfinished, "wb"));
  Call request(connection_, "GET", path);
  request.answer_to(target.get());
  auto status = request.perform();
  target.reset();
  if (status.ok() && status.value() < 300 && std::rename(unfinished.c_str(), file.c_str()) == 0) return done();
  const std::string problem = status.ok() && status.value() >= 300 ? text_of(unfinished) : "";
  std::remove(unfinished.c_str());
  if (!status.ok()) return Fail{std::move(status).error()};
  return Fail{error_of(status.value(), problem)};
}

std::string encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

}  // namespace syncline::cli
