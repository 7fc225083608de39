// Typed wrappers over libcurl's variadic entry points, which Swift cannot call.
#pragma once
#include <curl/curl.h>

static inline CURLcode assay_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode assay_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}
