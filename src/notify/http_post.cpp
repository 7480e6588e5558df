#include "notify/http_post.h"

#include <memory>

#include <curl/curl.h>

namespace syncline::notify {
namespace {

constexpr long kMostMs = 5'000;
constexpr std::size_t kMostAnswer = 64 * 1024;

struct Close {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

List list_of(const std::vector<std::string>& texts) {
  curl_slist* list = nullptr;
  for (const std::string& text : texts) list = curl_slist_append(list, text.c_str());
  return List(list);
}

// The answer's body is nobody's concern: it is read to its end if that is near.
std::size_t count_answer(char*, std::size_t size, std::size_t count, void* total) {
  std::size_t& sum = *static_cast<std::size_t*>(total);
  sum += size * count;
  return sum > kMostAnswer ? 0 : size * count;
}

// The last look, at the very address that the socket is for.
curl_socket_t open_checked(void* policy, curlsocktype, curl_sockaddr* address) {
  const bool allowed = static_cast<const AddressPolicy*>(policy)->allow_private || is_public(address->addr);
  return allowed ? ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol) : CURL_SOCKET_BAD;
}

void prepare() {
  static const CURLcode kOnce = curl_global_init(CURL_GLOBAL_DEFAULT);
  ensure(kOnce == CURLE_OK, "libcurl can be used.");
}

}  // namespace

Result<long> post(const std::string& url, const std::vector<std::string>& headers, const std::string& body,
                  const AddressPolicy& policy) {
  prepare();
  const Place place = TRY(check_url(url, policy));
  const std::string address = TRY(resolve(place, policy));
  const bool is_v6 = address.find(':') != std::string::npos;
  const List resolved =
      list_of({place.host + ":" + std::to_string(place.port) + ":" + (is_v6 ? "[" + address + "]" : address)});
  const List sent_headers = list_of(headers);
  const std::unique_ptr<CURL, Close> handle(curl_easy_init());
  CURL* curl = handle.get();
  std::size_t answered = 0;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kMostMs);
  curl_easy_setopt(curl, CURLOPT_RESOLVE, resolved.get());
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_checked);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, const_cast<AddressPolicy*>(&policy));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, sent_headers.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_answer);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answered);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    return fail(ErrorKind::unavailable, "not_delivered",
                code == CURLE_WRITE_ERROR ? "The answer is larger than 64 KiB." : curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

}  // namespace syncline::notify
