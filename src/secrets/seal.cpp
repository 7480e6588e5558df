#include "secrets/seal.h"

#include <sodium.h>

#include "base/bytes.h"
#include "secrets/aead.h"

namespace syncline::secrets {
namespace {

// A tenant's key is never used itself, so that no use of it can weaken another. The numbers are stored data's: keep.
enum class Use : std::uint64_t { seal = 1, fingerprint = 2 };

constexpr std::size_t kFingerprintSize = 16;

SecretString derive_key(const TenantKey& key, Use use) {
  const std::string_view bytes = key.bytes.reveal();
  ensure(bytes.size() == crypto_kdf_KEYBYTES, "A tenant's key has 32 bytes.");
  SecretString derived(kKeySize);
  crypto_kdf_derive_from_key(reinterpret_cast<unsigned char*>(derived.writable()), kKeySize,
                             static_cast<std::uint64_t>(use), "synclin1",
                             reinterpret_cast<const unsigned char*>(bytes.data()));
  return derived;
}

// Each part after its length in eight bytes, so that no two contexts give the same text.
void append_part(std::string& text, std::string_view part) {
  for (int shift = 0; shift < 64; shift += 8) text += static_cast<char>(std::uint64_t{part.size()} >> shift & 0xFF);
  text += part;
}

std::string context_text(const SealContext& context) {
  std::string text = "sealed-value";
  append_part(text, context.tenant);
  append_part(text, context.kind);
  append_part(text, context.id);
  append_part(text, context.field);
  return text;
}

}  // namespace

std::string seal(const TenantKey& key, const SealContext& context, std::string_view plaintext) {
  return encrypt(derive_key(key, Use::seal).reveal(), context_text(context), plaintext);
}

Result<SecretString> open(const TenantKey& key, const SealContext& context, std::string_view sealed) {
  std::optional<SecretString> plaintext = decrypt(derive_key(key, Use::seal).reveal(), context_text(context), sealed);
  if (plaintext) return std::move(*plaintext);
  return fail(ErrorKind::internal, "sealed_value_unreadable",
              "An encrypted value cannot be opened: it was damaged, moved, or sealed with another key.",
              "tenant " + std::string(context.tenant) + ", " + std::string(context.kind) + " " +
                  std::string(context.id) + ", field " + std::string(context.field));
}

std::string fingerprint(const TenantKey& key, std::string_view plaintext) {
  const SecretString derived = derive_key(key, Use::fingerprint);
  std::string hash(kFingerprintSize, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(plaintext.data()), plaintext.size(),
                     reinterpret_cast<const unsigned char*>(derived.reveal().data()), kKeySize);
  return hash;
}

}  // namespace syncline::secrets
