import Experience
import JSON
import Testing

@Suite struct ShardTests {
    @Test(arguments: ["0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/2", "1/", "/", "", "1/100001"])
    func refuses(_ text: String) { #expect(Shard(text) == nil) }

    @Test(arguments: 1...7, [0, 1, 6, 7, 8, 100])
    func eachRowIsInOneShard(count: Int, rows: Int) throws {
        let shards = try (1...count).map { try #require(Shard("\($0)/\(count)")) }
        for row in 0..<rows { #expect(shards.filter { $0.contains(row: row) }.count == 1) }
        for shard in shards { #expect(shard.share(of: rows) == (0..<rows).filter(shard.contains).count) }
    }

    @Test func aVerifierIsTheSameHoweverItIsSpelt() throws {
        func manifest(_ verifier: String) throws -> ShardManifest {
            ShardManifest(
                shard: try #require(Shard("1/2")), inputRows: 9, inputHash: 1, outputHash: 2,
                verifier: try JSONValue(parsing: verifier.utf8))
        }
        let spelt = try manifest(#"{"name":"math","options":{"units":"required","maxSteps":2e5}}"#)
        #expect(try spelt == manifest(#"{"options":{"maxSteps":200000,"units":"required"},"name":"math"}"#))
        #expect(try spelt != manifest(#"{"options":{"maxSteps":200001,"units":"required"},"name":"math"}"#))
    }

    @Test func manifestsSurviveTheirFile() throws {
        let manifest = ShardManifest(
            shard: try #require(Shard("2/4")), inputRows: 9, inputHash: .max, outputHash: 7, verifier: ["name": "math"])
        #expect(ShardManifest(manifest.json) == manifest)
        for broken in [
            [:], ["shard": "2/4"],
            ["shard": "5/4", "input_rows": 1, "input_hash": "0", "output_hash": "0", "verifier": 1],
        ]
            as [JSONValue]
        {
            #expect(ShardManifest(broken) == nil)
        }
    }
}
