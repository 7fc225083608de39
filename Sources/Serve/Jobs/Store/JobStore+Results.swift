import Experience
import Foundation
import GRDB
import Numbers

extension JobStore {
    /// A piece of the results: the chunk that holds byte `offset`, from that byte; empty at the end.
    func results(_ id: String, fromByte offset: Int) async throws -> [UInt8] {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT first_byte, lines FROM job_results WHERE job_id = ? AND first_item = (
                        SELECT max(first_item) FROM job_results WHERE job_id = ? AND first_byte <= ?)
                    """, arguments: [id, id, offset])
            guard let row else { return [] }
            let first: Int = try row[stored: "first_byte"]
            let lines: Data = try row[stored: "lines"]
            return Array(lines.dropFirst(max(0, offset.subtracting(first) ?? .max)))
        }
    }

    /// The byte where the line of item `item` starts; the end of the results when it is not there yet.
    func byteOffset(_ id: String, ofItem item: Int) async throws -> Int {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT first_item, first_byte, lines FROM job_results WHERE job_id = ? AND first_item = (
                        SELECT max(first_item) FROM job_results WHERE job_id = ? AND first_item <= ?)
                    """, arguments: [id, id, item])
            guard let row else { return 0 }
            let firstItem: Int = try row[stored: "first_item"]
            let firstByte: Int = try row[stored: "first_byte"]
            let lines: Data = try row[stored: "lines"]
            var left = item.subtracting(firstItem) ?? .max
            guard left > 0 else { return firstByte }
            for (index, byte) in lines.enumerated() where byte == 0x0A {
                left -= 1
                if left == 0 { return firstByte.addingSaturated(index + 1) }
            }
            return firstByte.addingSaturated(lines.count)
        }
    }
}
