import Foundation
import JSON

/// What one call of a target is given: named parts of bytes. A name may stand several times.
///
/// Written as one JSON object, `{"target": …, part: …}`: a text part as a string, bytes that are no text as
/// `{"base64": …}`, any other JSON as itself. A line of the corpus and a recorded finding have this one form.
struct FuzzInput: Equatable {
    struct Part: Equatable {
        var name: String
        var bytes: [UInt8]

        init(_ name: String, _ bytes: some Sequence<UInt8>) {
            self.name = name
            self.bytes = Array(bytes)
        }
    }

    var parts: [Part] = []

    init(_ parts: [Part] = []) { self.parts = parts }

    /// The first part of a name.
    subscript(name: String) -> [UInt8]? { parts.first { $0.name == name }?.bytes }

    /// The first part of a name as text; what is not UTF-8 is repaired, as it is before a completion is judged.
    func text(_ name: String) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }

    mutating func add(_ name: String, _ text: String) { parts.append(Part(name, text.utf8)) }

    mutating func set(_ name: String, _ bytes: [UInt8]) {
        if let slot = parts.firstIndex(where: { $0.name == name }) {
            parts[slot].bytes = bytes
        } else {
            parts.append(Part(name, bytes))
        }
    }

    /// Reads the members of a row but `target`.
    init(_ row: JSONValue) {
        for member in row.objectValue ?? [] where member.key != "target" {
            if let text = member.value.stringValue {
                parts.append(Part(member.key, text.utf8))
            } else if let base64 = member.value["base64"]?.stringValue, let data = Data(base64Encoded: base64) {
                parts.append(Part(member.key, data))
            } else {
                parts.append(Part(member.key, member.value.bytes))
            }
        }
    }

    /// The row of a corpus.
    func row(target: String) -> JSONValue {
        .object(
            [.init("target", .string(target))]
                + parts.map { part in
                    let text = String(validating: part.bytes, as: UTF8.self).map(JSONValue.string)
                    return .init(part.name, text ?? ["base64": .string(Data(part.bytes).base64EncodedString())])
                })
    }

    /// The same for a person: long parts cut.
    func description(target: String) -> String {
        let short = FuzzInput(
            parts.map { part in
                part.bytes.count <= 400
                    ? part : Part("\(part.name) (\(part.bytes.count) bytes)", part.bytes.prefix(200))
            })
        return short.row(target: target).text
    }
}
