import Testing

@testable import Serve

@Suite struct LoopbackHostTests {
    @Test(arguments: [
        "localhost", "LOCALHOST", "localhost.", "localhost:8080", "LocalHost:1", "127.0.0.1", "127.0.0.1:8080",
        "127.1.2.3",
        "127.255.255.255:65535", "[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:80", "[::FFFF:7f00:1]",
    ])
    func thisMachine(authority: String) { #expect(LoopbackHost.matches(authority: authority)) }

    @Test(arguments: [
        "", "127.0.0.1.evil.example", "127.evil", "127.0.0.1.", "127.1", "127.0.1", "127", "2130706433", "0x7f.1",
        "0x7f000001", "0177.0.0.1", "127.0.0.01", "127.0.0.256", "127.0.0.1.1", "128.0.0.1", "0.0.0.0", "0", "::1",
        "::",
        "[::1]evil", "[::1]:80evil", "[::1", "::1]", "[127.0.0.1]", "[::2]", "[::]", "[::ffff:128.0.0.1]",
        "[::127.0.0.1]",
        "[::1%lo]", "[[::1]]", "localhost.evil.example", "localhost..", "evil.localhost", "xlocalhost", "localhost:",
        "localhost:99999", "localhost:80:80", "localhost:8080@evil.example", "user@127.0.0.1", "evil@localhost",
        "127.0.0.1#evil.example", "127.0.0.1/evil.example", "127.0.0.1\\evil", "127.0.0.1 evil", " 127.0.0.1",
        "127.0.0.1\0.evil",
        "127.0.0.1\t", "１２７.0.0.1", "127。0。0。1", "ⓛocalhost", "localhost, evil.example", "%31%32%37.0.0.1",
        "evil.example",
    ])
    func anythingElse(authority: String) { #expect(!LoopbackHost.matches(authority: authority)) }

    @Test(
        "A host and its port are letters, digits, dots and the like",
        arguments: [
            "user@host", "host/path", "host name", "h,i", "h%41", "höst", "@", "`", "a/80", "a;80",
        ])
    func noAuthority(text: String) { #expect(Authority(text) == nil) }

    @Test func anAuthorityHasAHostAndAPort() {
        let found = ["Az09.-_:80", "[::1]:65535", "host"].map { Authority($0) }
        #expect(found.map { $0?.host } == ["az09.-_", "::1", "host"])
        #expect(found.map { $0?.port } == [80, 65535, nil])
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("::1", true), ("localhost", true), ("127.0.0.1.evil.example", false),
        ("127.evil", false), ("127.1", false), ("0.0.0.0", false), ("::", false), ("127.0.0.1\0", false), ("", false),
    ])
    func addressesToListenOn(host: String, isLoopback: Bool) {
        var options = ServeOptions()
        options.host = host
        #expect(options.isLoopback == isLoopback)
    }
}
