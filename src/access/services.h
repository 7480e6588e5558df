#pragma once
// What the verbs of the product work with; made once by app/ and handed down.

#include "base/clock.h"
#include "blobs/blob_store.h"
#include "db/connection.h"
#include "secrets/keyring.h"

namespace syncline {

struct Services {
  db::Database& database;
  blobs::BlobStore& blobs;
  const secrets::MasterKey& master_key;
  Clock clock;
  TimeMs ledgers_kept_ms = TimeMs{90} * 24 * 3600 * 1000;  // how long a run can be undone
};

}  // namespace syncline
