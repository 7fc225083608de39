import Foundation

extension Encodable where Self: Sendable {
    /// Keys in snake_case, sorted, so that the same value gives the same bytes.
    func stableJSON() throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self)
    }
}
