#pragma once
// Blobs as files: FOLDER/a2/<id>, where a2 are the id's last two digits (the first ones are the time, alike in all).
// Uploads wait in FOLDER/tmp/<id>.

#include <memory>
#include <string>

#include "base/result.h"
#include "blobs/blob_store.h"

namespace syncline::blobs {

// Makes the folder when there is none, and removes uploads that a process left when it died. Uploads of processes that
// live are safe: several may share one folder. Errors: internal `storage_failed`; full `storage_full`.
Result<std::unique_ptr<BlobStore>> open_directory_store(const std::string& folder);

}  // namespace syncline::blobs
