// zlib's gzip file interface.
#pragma once
#include <zlib.h>
