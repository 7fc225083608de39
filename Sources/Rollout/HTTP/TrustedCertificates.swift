internal import CCurl
internal import Glibc

/// Which authorities' certificates an https server must be vouched for by: those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name,
/// else libcurl's own, else, for a libcurl that was linked in and knows no machine, the machine's bundle where
/// distributions have it.
struct TrustedCertificates: Sendable {
    /// A bundle; nil to leave libcurl's.
    var file: String?
    /// A folder of certificates by hash; nil to leave libcurl's.
    var folder: String?

    /// Of this process.
    static let found = TrustedCertificates(
        file: variable("SSL_CERT_FILE"), folder: variable("SSL_CERT_DIR"), isKnown: libcurlKnowsSome)

    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Gentoo
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL
        "/etc/ssl/cert.pem",  // Alpine
    ]

    /// `isKnown`: whether libcurl has certificates of its own.
    init(file: String?, folder: String?, isKnown: Bool) {
        self.file = file
        self.folder = folder
        if file == nil, folder == nil, !isKnown { self.file = Self.bundles.first { access($0, R_OK) == 0 } }
    }

    /// What to do about a connection that failed so; empty where certificates are not at fault.
    static func hint(for code: CURLcode) -> String {
        if code == CURLE_SSL_CACERT_BADFILE { return "; see SSL_CERT_FILE and SSL_CERT_DIR" }
        guard code == CURLE_PEER_FAILED_VERIFICATION else { return "" }
        if found.file == nil, found.folder == nil, !libcurlKnowsSome {
            return "; this machine has no bundle of certificates: install ca-certificates, or name one by SSL_CERT_FILE"
        }
        return "; SSL_CERT_FILE=FILE.pem names a private authority's certificate"
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    private static var libcurlKnowsSome: Bool {
        guard let info = curl_version_info(CURLVERSION_SEVENTH),
            info.pointee.age.rawValue >= CURLVERSION_SEVENTH.rawValue
        else { return true }
        return info.pointee.cainfo != nil || info.pointee.capath != nil
    }
}
