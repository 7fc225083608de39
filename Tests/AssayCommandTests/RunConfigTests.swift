import JSON
import Testing

@testable import AssayCommand

@Suite struct RunConfigTests {
    @Test(
        "What is kept of a configuration is without secrets, and otherwise as it was",
        arguments: [
            (#""http://me:sesame@host:1/v1""#, #""http://host:1/v1""#),
            (#"["http://me:sesame@host"]"#, #"["http://host"]"#),
            (#""see http://me:sesame@host""#, nil), ("7", nil), ("null", nil),
            (
                #"{"headers": {"X-Key": "sesame", "X-Of": "${KEY}"}}"#,
                #"{"headers": {"X-Key": "(hidden)", "X-Of": "${KEY}"}}"#
            ),
            (#"{"headers": "none", "limits": {"cpu_s": 2, "word": "x"}}"#, nil),
            (
                #"{"parts": [{"options": {"headers": {"X": 1}, "url": "http://me:sesame@host"}}]}"#,
                #"{"parts": [{"options": {"headers": {"X": "(hidden)"}, "url": "http://host"}}]}"#
            ),
        ] as [(String, String?)])
    func secretsAreLeftOut(_ given: String, _ kept: String?) throws {
        #expect(try JSONValue(parsing: given.utf8).withoutSecrets == JSONValue(parsing: (kept ?? given).utf8))
    }

    @Test func queriesOfAddressesAreToldApartAndNotTold() {
        let kept = ["sesame", "salami", "sesame"].map { JSONValue.string("http://host/?key=\($0)").withoutSecrets }
        #expect(kept[0] == kept[2] && kept[0] != kept[1] && kept.allSatisfy { !$0.text.contains("key") })
    }
}
