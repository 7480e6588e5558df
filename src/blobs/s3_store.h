#pragma once
// Blobs as objects of an S3-compatible store: PREFIX<id>. A blob longer than one part goes up in parts, so an upload
// holds one part in memory whatever its size.

#include <memory>
#include <string>
#include <string_view>

#include "blobs/blob_store.h"
#include "blobs/s3_client.h"

namespace syncline::blobs {

// "s3://bucket/prefix?endpoint=https://host:port&region=eu-central-1". Without an endpoint it is Amazon's for the
// region, which is us-east-1 unless it is given. Error: invalid `usage`.
Result<S3Place> parse_s3_place(std::string_view text);
bool is_s3_place(std::string_view text);

// From AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the environment; else from a file of two or
// three lines (id, secret, session token) that only its owner reads. Errors: invalid `usage`,
// `credentials_unreadable`, `credentials_exposed`.
Result<S3Credentials> find_s3_credentials(const std::string& file);

struct S3Limits {
  std::size_t part_bytes = 16 * 1024 * 1024;         // at least 5 MiB, which the protocol asks for
  std::int64_t abandoned_after_ms = 24 * 3'600'000;  // uploads in parts that are older belong to the dead
  S3Patience patience = {};
};

// Tries the credentials, and ends uploads that were begun long before `now_ms`. Errors: invalid `storage_refused`
// (credentials or bucket); unavailable `storage_unreachable`; internal `storage_failed`.
Result<std::unique_ptr<BlobStore>> open_s3_store(S3Place place, S3Credentials credentials, std::int64_t now_ms,
                                                 const S3Limits& limits = {});

}  // namespace syncline::blobs
