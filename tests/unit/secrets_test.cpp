#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include "base/bytes.h"
#include "secrets/keyring.h"
#include "secrets/password.h"
#include "secrets/seal.h"
#include "secrets/template_expression.h"

namespace syncline::secrets {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHexKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr std::string_view kBase64Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
constexpr SealContext kPlace{.tenant = "dev", .kind = "connection", .id = "c1", .field = "/password"};

MasterKey key_of(std::string_view text) { return std::move(load_master_key(KeyText{SecretString(text)})).value(); }

std::string load_error(const MasterKeySource& source) {
  const auto key = load_master_key(source);
  return key.ok() ? "none" : key.error().code;
}

class KeyFiles : public testing::Test {
 protected:
  KeyFiles() : folder_(fs::temp_directory_path() / ("syncline-keys-" + to_hex(random_bytes(8)))) {
    fs::create_directory(folder_);
  }
  ~KeyFiles() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::string write(const std::string& name, std::string_view text, mode_t mode) const {
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), mode);
    return path(name);
  }

 private:
  fs::path folder_;
};

TEST(SecretString, MovesAndLeavesNothingBehind) {
  std::string text = "a secret that is longer than a short string";
  SecretString first = SecretString::take(std::move(text));
  const SecretString second = std::move(first);

  EXPECT_EQ(second.reveal(), "a secret that is longer than a short string");
  EXPECT_EQ(first.reveal(), "");  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(text, "");            // NOLINT(bugprone-use-after-move)
}

TEST(MasterKey, IsReadFromHexAndBase64url) {
  EXPECT_EQ(to_hex(key_of(kHexKey).bytes.reveal()), kHexKey);
  EXPECT_EQ(to_hex(key_of(kBase64Key).bytes.reveal()), kHexKey);
  EXPECT_EQ(to_hex(key_of("  " + std::string(kHexKey) + "\r\n").bytes.reveal()), kHexKey);
}

TEST(MasterKey, OfAnotherSizeIsRefusedWithoutShowingIt) {
  EXPECT_EQ(load_error(KeyText{SecretString("")}), "malformed_master_key");
  EXPECT_EQ(load_error(KeyText{SecretString("00")}), "malformed_master_key");
  EXPECT_EQ(load_error(KeyText{SecretString(kHexKey.substr(2))}), "malformed_master_key");
  EXPECT_EQ(load_error(KeyText{SecretString(std::string(64, 'x'))}), "malformed_master_key");
  const auto refused = load_master_key(KeyText{SecretString("letmein")});
  EXPECT_EQ(refused.error().message.find("letmein"), std::string::npos);
}

TEST(MasterKey, HasAnIdOfItsOwn) {
  std::string prefixed = "syncline-master-key-id" + from_hex(kHexKey).value();

  EXPECT_EQ(key_of(kHexKey).id(), to_hex(sha256(prefixed)).substr(0, 16));
  EXPECT_NE(key_of(kHexKey).id(), key_of(std::string(64, '0')).id());
}

TEST_F(KeyFiles, AreReadWhenOnlyTheirOwnerMay) {
  EXPECT_EQ(load_error(KeyFile{write("a", kHexKey, 0600)}), "none");
  EXPECT_EQ(load_error(KeyFile{write("b", kBase64Key, 0400)}), "none");
}

TEST_F(KeyFiles, OpenToOthersAreRefused) {
  EXPECT_EQ(load_error(KeyFile{write("a", kHexKey, 0640)}), "master_key_exposed");
  EXPECT_EQ(load_error(KeyFile{write("b", kHexKey, 0604)}), "master_key_exposed");
  EXPECT_EQ(load_error(KeyFile{write("c", kHexKey, 0620)}), "master_key_exposed");
}

TEST_F(KeyFiles, OfAServiceManagerMayShowAGroup) {
  EXPECT_EQ(load_error(KeyFile{.path = write("a", kHexKey, 0440), .group_may_read = true}), "none");
  EXPECT_EQ(load_error(KeyFile{.path = write("b", kHexKey, 0460), .group_may_read = true}), "master_key_exposed");
  EXPECT_EQ(load_error(KeyFile{.path = write("c", kHexKey, 0444), .group_may_read = true}), "master_key_exposed");
}

TEST_F(KeyFiles, MissingOrNoFilesAreRefused) {
  EXPECT_EQ(load_error(KeyFile{path("absent")}), "master_key_unreadable");
  EXPECT_EQ(load_error(KeyFile{path("")}), "master_key_unreadable");
  EXPECT_EQ(load_error(KeyFile{write("empty", "", 0600)}), "malformed_master_key");
}

TEST_F(KeyFiles, AreCreatedForTheOwnerAloneAndNeverWrittenOver) {
  ASSERT_TRUE(create_master_key_file(path("key")).ok());
  const MasterKey key = std::move(load_master_key(KeyFile{path("key")})).value();

  EXPECT_EQ(fs::status(path("key")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(create_master_key_file(path("key")).error().code, "master_key_exists");
  EXPECT_EQ(load_master_key(KeyFile{path("key")}).value().id(), key.id());
  EXPECT_EQ(create_master_key_file(path("no/folder")).error().code, "master_key_unwritable");
}

TEST(KeyCommand, PrintsTheKey) {
  EXPECT_EQ(load_error(KeyCommand{"echo " + std::string(kHexKey)}), "none");
  EXPECT_EQ(load_error(KeyCommand{"exit 3"}), "master_key_command_failed");
  EXPECT_EQ(load_error(KeyCommand{"true"}), "malformed_master_key");
}

TEST(TenantKey, OpensForItsTenantAndMasterKeyOnly) {
  const MasterKey master = key_of(kHexKey);
  const TenantKey key = make_tenant_key();
  const std::string wrapped = wrap_tenant_key(master, "dev", key);

  EXPECT_EQ(unwrap_tenant_key(master, "dev", wrapped).value().bytes.reveal(), key.bytes.reveal());
  EXPECT_EQ(unwrap_tenant_key(master, "prod", wrapped).error().code, "tenant_key_unreadable");
  EXPECT_EQ(unwrap_tenant_key(key_of(std::string(64, '0')), "dev", wrapped).error().code, "tenant_key_unreadable");
  EXPECT_EQ(unwrap_tenant_key(master, "dev", "").error().code, "tenant_key_unreadable");
}

TEST(CheckValue, RefusesAnotherMasterKeyByName) {
  const MasterKey master = key_of(kHexKey);
  const MasterKey other = key_of(std::string(64, '0'));
  const std::string stored = check_value(master);
  const Done refused = verify_check_value(other, stored);

  EXPECT_TRUE(verify_check_value(master, stored).ok());
  EXPECT_EQ(refused.error().code, "wrong_master_key");
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_NE(refused.error().message.find(master.id()), std::string::npos);
  EXPECT_NE(refused.error().message.find(other.id()), std::string::npos);
  EXPECT_FALSE(verify_check_value(master, "").ok());
}

TEST(Seal, OpensWhereItWasSealed) {
  const TenantKey key = make_tenant_key();

  EXPECT_EQ(open(key, kPlace, seal(key, kPlace, "s3cret")).value().reveal(), "s3cret");
  EXPECT_EQ(open(key, kPlace, seal(key, kPlace, "")).value().reveal(), "");
}

TEST(Seal, HasTheDocumentedEnvelopeAndDiffersEachTime) {
  const TenantKey key = make_tenant_key();
  const std::string sealed = seal(key, kPlace, "s3cret");

  EXPECT_EQ(sealed[0], 1);
  EXPECT_EQ(sealed.size(), 1 + 24 + 6 + 16U);
  EXPECT_NE(sealed, seal(key, kPlace, "s3cret"));
}

std::string open_error(const TenantKey& key, const SealContext& context, const std::string& sealed) {
  const auto opened = open(key, context, sealed);
  return opened.ok() ? "none" : opened.error().code;
}

TEST(Seal, MovedElsewhereDoesNotOpen) {
  const TenantKey key = make_tenant_key();
  const std::string sealed = seal(key, kPlace, "s3cret");
  const std::string refused = "sealed_value_unreadable";

  EXPECT_EQ(open_error(key, {"prod", "connection", "c1", "/password"}, sealed), refused);
  EXPECT_EQ(open_error(key, {"dev", "tool", "c1", "/password"}, sealed), refused);
  EXPECT_EQ(open_error(key, {"dev", "connection", "c2", "/password"}, sealed), refused);
  EXPECT_EQ(open_error(key, {"dev", "connection", "c1", "/token"}, sealed), refused);
  EXPECT_EQ(open_error(key, {"dev", "connection", "c1/", "password"}, sealed), refused);
  EXPECT_EQ(open_error(make_tenant_key(), kPlace, sealed), refused);
}

TEST(Seal, DamagedDoesNotOpen) {
  const TenantKey key = make_tenant_key();
  std::string other_version = seal(key, kPlace, "s3cret");
  std::string other_end = other_version;
  other_version[0] = 2;
  other_end.back() = static_cast<char>(other_end.back() ^ 1);

  EXPECT_EQ(open_error(key, kPlace, other_version), "sealed_value_unreadable");
  EXPECT_EQ(open_error(key, kPlace, other_end), "sealed_value_unreadable");
  EXPECT_EQ(open_error(key, kPlace, other_end.substr(0, 40)), "sealed_value_unreadable");
  EXPECT_EQ(open_error(key, kPlace, ""), "sealed_value_unreadable");
}

TEST(Fingerprint, TellsChangedFromUnchangedWithinATenantOnly) {
  const TenantKey key = make_tenant_key();

  EXPECT_EQ(fingerprint(key, "a").size(), 16U);
  EXPECT_EQ(fingerprint(key, "a"), fingerprint(key, "a"));
  EXPECT_NE(fingerprint(key, "a"), fingerprint(key, "b"));
  EXPECT_NE(fingerprint(key, "a"), fingerprint(make_tenant_key(), "a"));
}

// What earlier builds stored.
constexpr std::string_view kStoredValue =
    "0180ebbcfec8b75ffe3572dc4288c7803fd6cb0d10c0f5849be1cd0c1b5038cb00fcab7c6d86abaea2d58ae3e1e3b8";
constexpr std::string_view kStoredTenantKey =
    "01cfbba09b0247f81612502e52eb91b710956c05f116ebc2a216f90aa15c34af0cbbd523b38c8f3ab32a93ebca2b8f24ff79"
    "5ddbdbe56fefafbbdd92f90ea315aeac3a755397ee6e01";

TEST(StoredForms, StayReadable) {
  const MasterKey master = key_of(kHexKey);
  const TenantKey key{SecretString(from_hex(kHexKey).value())};
  const auto value = open(key, kPlace, from_hex(kStoredValue).value());
  const auto tenant_key = unwrap_tenant_key(master, "dev", from_hex(kStoredTenantKey).value());

  EXPECT_EQ(master.id(), "cbe42cda6414bacb");
  EXPECT_EQ(to_hex(fingerprint(key, "a")), "833529618b4ff588ecf90a44fd3085a9");
  EXPECT_EQ(value.value().reveal(), "s3cret");
  EXPECT_EQ(to_hex(tenant_key.value().bytes.reveal()), kHexKey);
}

TEST(Password, IsKnownByItsHash) {
  const std::string hash = hash_password("correct horse").value();

  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct hors"));
  EXPECT_FALSE(verify_password("", ""));
  EXPECT_FALSE(verify_password("not a hash", "correct horse"));
  verify_against_nothing("correct horse");
}

TEST(TemplateExpression, IsTheWholeValue) {
  EXPECT_TRUE(is_template_expression("${vars.API_KEY}"));
  EXPECT_TRUE(is_template_expression("${ vars.API_KEY }"));
  EXPECT_TRUE(is_template_expression("{{vars.API_KEY}}"));
  EXPECT_TRUE(is_template_expression("{{ vars.API_KEY }}"));
  EXPECT_TRUE(is_template_expression("${vars.API_KEY | upper}"));
  EXPECT_TRUE(is_template_expression("{{vars.API_KEY|trim|slice(0, 8)}}"));
  EXPECT_TRUE(is_template_expression("${vars.SET.nested}"));
  EXPECT_TRUE(is_template_expression("${env.X}"));
  EXPECT_TRUE(is_template_expression("${HOME}"));
}

TEST(TemplateExpression, IsNothingWithMoreAroundIt) {
  EXPECT_FALSE(is_template_expression(""));
  EXPECT_FALSE(is_template_expression("vars.API_KEY"));
  EXPECT_FALSE(is_template_expression(" ${vars.API_KEY}"));
  EXPECT_FALSE(is_template_expression("${vars.API_KEY}\n"));
  EXPECT_FALSE(is_template_expression("Bearer ${vars.API_KEY}"));
  EXPECT_FALSE(is_template_expression("${vars.A}secret${vars.B}"));
  EXPECT_FALSE(is_template_expression("{{vars.A}}secret{{vars.B}}"));
}

TEST(TemplateExpression, IsNoSecretInBraces) {
  EXPECT_FALSE(is_template_expression("${}"));
  EXPECT_FALSE(is_template_expression("{{}}"));
  EXPECT_FALSE(is_template_expression("${"));
  EXPECT_FALSE(is_template_expression("${p@ss!}"));
  EXPECT_FALSE(is_template_expression("{{hunter2}}"));
  EXPECT_FALSE(is_template_expression("${vars.}"));
  EXPECT_FALSE(is_template_expression("${vars.KEY | default('s3cret')}"));
  EXPECT_FALSE(is_template_expression("${vars.KEY:-s3cret}"));
}

using Names = std::vector<std::string>;

TEST(VariablesUsed, AreSortedAndNamedOnce) {
  EXPECT_EQ(variables_used("${vars.B} and {{ vars.A | upper }} and ${vars.B.c}"), (Names{"A", "B"}));
  EXPECT_EQ(variables_used("{\"url\":\"https://${vars.HOST_2}/\"}"), Names{"HOST_2"});
}

TEST(VariablesUsed, AreOnlyThoseOfTheTenant) {
  EXPECT_EQ(variables_used(""), Names{});
  EXPECT_EQ(variables_used("vars.A {vars.A} ${env.A} ${vars.} ${vars.1} $vars.A ${ myvars.A }"), Names{});
}

}  // namespace
}  // namespace syncline::secrets
