#include "promotion/compressed.h"

#include <memory>

#include <zstd.h>

namespace syncline::promotion {

std::string compress(std::string_view text) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ensure(context != nullptr, "There is memory to compress with.");
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string compressed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), compressed.data(), compressed.size(), text.data(), text.size());
  ensure(ZSTD_isError(size) == 0, "A text can be compressed.");
  compressed.resize(size);
  return compressed;
}

Result<std::string> decompress(std::string_view compressed) {
  const Fail damaged = fail(ErrorKind::internal, "storage_damaged", "What was stored cannot be read.");
  const unsigned long long size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) return damaged;
  std::string text(static_cast<std::size_t>(size), '\0');
  const std::size_t read = ZSTD_decompress(text.data(), text.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(read) != 0 || read != text.size()) return damaged;
  return text;
}

}  // namespace syncline::promotion
