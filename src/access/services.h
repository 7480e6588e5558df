#pragma once
// What the verbs of the product work with; made once by app/ and handed down.

#include "base/clock.h"
#include "blobs/blob_store.h"
#include "db/connection.h"
#include "secrets/keyring.h"

namespace syncline {

namespace runs {
class Center;
}

struct Services {
  db::Database& database;
  blobs::BlobStore& blobs;
  const secrets::MasterKey& master_key;
  Clock clock;
  TimeMs ledgers_kept_ms = TimeMs{90} * 24 * 3600 * 1000;  // how long a run can be undone
  bool allow_private_webhooks = false;                     // notify/address_policy.h
  runs::Center* runs = nullptr;                            // who works on what nobody waits for; of a server only
};

}  // namespace syncline
