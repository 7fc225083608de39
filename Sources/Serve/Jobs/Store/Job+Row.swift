import Experience
import GRDB
import JSON
import Verifiers

extension Job {
    init(row: Row) throws {
        let state: String = try row[stored: "state"]
        let mapping: String = try row[stored: "mapping"]
        let names = try JSONValue(parsing: mapping.utf8)
        let text: String = try row[stored: "outcomes"]
        let counts = try JSONValue(parsing: text.utf8)
        self.init(
            id: try row[stored: "job_id"], state: State(rawValue: state) ?? .failed,
            owner: try row[stored: "owner"],
            verifier: try row[stored: "verifier"],
            version: try row[stored: "version"], path: try row[stored: "path"], isSpooled: try row[stored: "spooled"],
            mapping: RowMapping(
                response: names["response"]?.stringValue, answer: names["answer"]?.stringValue,
                id: names["id"]?.stringValue), done: try row[stored: "done"],
            inputOffset: try row[stored: "input_offset"],
            outcomes: Dictionary(
                uniqueKeysWithValues: Outcome.allCases.map { ($0, counts[$0.rawValue]?.intValue ?? 0) }),
            resultBytes: try row[stored: "result_bytes"], inputBytes: try row[stored: "input_bytes"],
            message: try row[stored: "message"],
            createdAt: try row[stored: "created_at"], finishedAt: try row[stored: "finished_at"])
    }
}
