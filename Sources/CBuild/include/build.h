// What this build was made from.
#pragma once

/// The commit, or an empty text where the build was not told.
const char *assay_commit(void);
