import Testing

@testable import Rollout

/// What an https server must be vouched for by.
struct TrustedCertificatesTests {
    @Test func whatIsNamedIsTaken() {
        let named = TrustedCertificates(file: "/a.pem", folder: nil, isKnown: false)
        #expect(named.file == "/a.pem" && named.folder == nil)
        let folder = TrustedCertificates(file: nil, folder: "/certs", isKnown: false)
        #expect(folder.file == nil && folder.folder == "/certs")
    }

    @Test func libcurlsOwnAreLeft() {
        let left = TrustedCertificates(file: nil, folder: nil, isKnown: true)
        #expect(left.file == nil && left.folder == nil)
    }
}
