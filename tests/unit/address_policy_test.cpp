// What a webhook's URL may be: every spelling of an address that is not anybody's is seen through.
#include "notify/address_policy.h"

#include <gtest/gtest.h>

namespace syncline::notify {
namespace {

class RefusedUrls : public testing::TestWithParam<const char*> {};

TEST_P(RefusedUrls, AreRefused) {
  const auto checked = check_url(GetParam(), {});

  ASSERT_FALSE(checked.ok()) << checked.value().host;
  EXPECT_EQ(checked.error().code, "url_not_allowed");
}

INSTANTIATE_TEST_SUITE_P(
    Loopback, RefusedUrls,
    testing::Values("https://127.0.0.1/", "https://127.0.0.1:8443/x", "https://127.1/", "https://127.0.1/",
                    "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://017700000001/",
                    "https://0177.0.0.1/", "https://0177.0.0.0x1/", "https://127.0.0.1./", "https://127.255.255.254/",
                    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://x.localhost/",
                    "https://localhost.localdomain/", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/",
                    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/", "https://0/",
                    "https://0.0.0.0/", "https://[::]/", "https://%31%32%37.0.0.1/", "https://127%2e0%2e0%2e1/"));
INSTANTIATE_TEST_SUITE_P(
    Private, RefusedUrls,
    testing::Values("https://10.0.0.1/", "https://10.255.255.255/", "https://172.16.0.1/", "https://172.31.255.255/",
                    "https://192.168.0.1/", "https://0xc0a80001/", "https://3232235521/", "https://100.64.0.1/",
                    "https://169.254.169.254/", "https://0xa9fea9fe/", "https://2852039166/", "https://169.254.43518/",
                    "https://0251.0376.0251.0376/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/",
                    "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[fec0::1]/",
                    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://[2002:7f00:1::]/",
                    "https://[2001::1]/", "https://[2001:db8::1]/", "https://[::ffff:10.0.0.1]/",
                    "https://[::ffff:0a00:1]/", "https://192.0.2.1/", "https://192.0.0.8/", "https://198.18.0.1/",
                    "https://198.51.100.7/", "https://203.0.113.9/", "https://224.0.0.1/", "https://[ff02::1]/",
                    "https://240.0.0.1/", "https://255.255.255.255/", "https://metadata/",
                    "https://metadata.google.internal/", "https://printer.local/", "https://db.internal/",
                    "https://router.lan/", "https://box.home.arpa/"));
INSTANTIATE_TEST_SUITE_P(
    Malformed, RefusedUrls,
    testing::Values("", "https://", "https:///path", "//example.com/", "example.com", "http://example.com/",
                    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "dict://example.com:11211/",
                    "javascript:alert(1)", "https://user@example.com/", "https://user:pass@example.com/",
                    "https://@example.com/", "https://example.com@127.0.0.1/", "https://127.0.0.1#@example.com/",
                    "https://example.com#fragment", "https://example.com\\@127.0.0.1/", "https://example.com:22/",
                    "https://example.com:80/", "https://example.com:0/", "https://example.com:99999/",
                    "https://example.com:443x/", "https://exa mple.com/", "https://example.com/\n",
                    "https://example.com/\r\nHost: x", "https://ex\xc3\xa4mple.com/", "https://[::1/",
                    "https://[v1.x]/"));

class AllowedUrls : public testing::TestWithParam<const char*> {};

TEST_P(AllowedUrls, AreAllowed) { EXPECT_TRUE(check_url(GetParam(), {}).ok()); }

INSTANTIATE_TEST_SUITE_P(Public, AllowedUrls,
                         testing::Values("https://example.com/", "https://example.com", "https://example.com:443/hook",
                                         "https://hooks.example.com:8443/a?b=c&d=e", "https://93.184.216.34/",
                                         "https://[2606:2800:220:1::1]/", "https://EXAMPLE.com/a%20b",
                                         "https://xn--exmple-cua.com/", "https://11.0.0.1/", "https://172.32.0.1/"));

TEST(AddressPolicy, APrivateNetworkMayBeAllowed) {
  const AddressPolicy open{.allow_private = true};

  EXPECT_EQ(check_url("http://127.0.0.1:9000/x", open).value().port, 9000);
  EXPECT_EQ(resolve(check_url("http://127.0.0.1:9000/x", open).value(), open).value(), "127.0.0.1");
  EXPECT_FALSE(check_url("http://user@127.0.0.1/", open).ok());
  EXPECT_FALSE(check_url("file:///etc/passwd", open).ok());
}

TEST(AddressPolicy, ANameIsLookedAtAgainWhenItIsUsed) {
  const auto resolved = resolve({.scheme = "https", .host = "localhost", .port = 443}, {});

  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().code, "address_not_allowed");
}

}  // namespace
}  // namespace syncline::notify
