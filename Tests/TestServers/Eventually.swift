/// Something that a test waited for and that did not come.
package struct NeverHappened: Error, CustomStringConvertible {
    package var description: String
}

/// Waits until something is so. Throws where it never comes, as a test that waits for ever shows nothing.
package func eventually(
    within limit: Duration = .seconds(60), at place: String = #fileID, line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        if ContinuousClock.now > end {
            throw NeverHappened(description: "\(place):\(line): not so after \(limit)")
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
