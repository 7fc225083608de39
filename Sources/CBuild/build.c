#include "build.h"

const char *assay_commit(void) { return ASSAY_COMMIT; }
