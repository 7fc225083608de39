import Experience
import JSON
import Reports
import Synchronization

/// The fields that rows have, for messages about one that none has.
final class FieldNames: Sendable {
    /// Rows looked at, and names kept, at most.
    private static let limit = 100
    private let seen = Mutex<(names: [String], rows: Int)>(([], 0))

    /// Takes the names of a row's fields in.
    func add(_ row: JSONRow) {
        seen.withLock { seen in
            guard seen.rows < Self.limit else { return }
            seen.rows += 1
            for name in row.keys where seen.names.count < Self.limit && !seen.names.contains(name) {
                seen.names.append(name)
            }
        }
    }

    /// The nearest name, else all of them.
    func hint(_ word: String) -> String { word.hint(among: seen.withLock { $0.names }) }

    /// Throws `BadInput` when no row has a value for one of the fields that the report is to be broken down by.
    func check(_ report: ReportBuilder, path: String) throws {
        guard let absent = report.keysWithoutValue.first else { return }
        throw BadInput("\(path): no row has the field '\(absent)'" + hint(absent))
    }
}
