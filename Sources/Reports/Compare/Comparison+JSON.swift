public import Foundation

extension Comparison {
    /// The comparison as JSON, described in docs/reports.md.
    public func json() throws -> Data { try stableJSON() }
}
