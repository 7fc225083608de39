import Experience
import JSON
import Synchronization
import Workers

/// The lines of worker protocol 2; docs/environments.md is its description.
///
///     us      {"hello":2,"options":{}}
///     worker  {"ready":2,"name":"mine","version":"3","resume":"replay","tools":[…]}
///     us      {"start":[{"id":2,"episode":1,"seed":7,"key":{…},"problem":{…}}]}
///     us      {"step":[{"id":3,"episode":1,"turn":0,"text":"…","calls":[…]}]}
///     us      {"end":[{"id":4,"episode":1,"stop":"done","text":"…","turns":1}]}
///     worker  {"id":3,…}                    or several in an array, in any order
///     us      end of input                  stop
final class EnvironmentLines: LineProtocol {
    static let protocolVersion = 2
    /// The hello has no id on the wire: it is the first that is asked.
    private static let helloID = 1
    // Longer ones are more lines; a worker reads one after the other.
    private static let mostBytes = 4 << 20

    /// Whether the worker wants lines of tab-separated text, for shells.
    private let tabular = Atomic(false)

    func lines(of requests: [LineRequest]) -> [UInt8] {
        if tabular.load(ordering: .relaxed) { return requests.flatMap { $0.body + [TabularLines.newline] } }
        var bytes: [UInt8] = []
        var rest = requests[...]
        while let first = rest.first {
            if first.verb == "hello" {
                bytes += first.body + [TabularLines.newline]
                rest = rest.dropFirst()
                continue
            }
            var size = 0
            let batch = rest.prefix { request in
                size += request.body.count
                return request.verb == first.verb && (size <= Self.mostBytes || request.id == first.id)
            }
            bytes += "{\"\(first.verb)\":[".utf8
            bytes += batch.map(\.body).joined(separator: [UInt8(ascii: ",")])
            bytes += "]}\n".utf8
            rest = rest.dropFirst(batch.count)
        }
        return bytes
    }

    func read(_ line: ArraySlice<UInt8>) throws(LineFault) -> [HeardLine] {
        if tabular.load(ordering: .relaxed) { return [try TabularLines.answer(line)] }
        let json = try Self.parse(line)
        if json["ready"] != nil, json["id"] == nil {
            tabular.store(json["format"]?.stringValue == "tsv", ordering: .relaxed)
            return [.answer(Self.helloID, json)]
        }
        if json["error"] != nil, json["id"] == nil { return [.answer(Self.helloID, json)] }
        var heard: [HeardLine] = []
        for reply in json.arrayValue ?? [json] {
            guard let id = reply["id"]?.intValue else { throw LineFault("no integer 'id' in \(line.quoted)") }
            heard.append(.answer(id, reply))
        }
        return heard
    }

    /// JSON; numbers that are none, which Python writes as NaN and Infinity, are read as one beyond all, to be refused
    /// where they stand.
    private static func parse(_ line: ArraySlice<UInt8>) throws(LineFault) -> JSONValue {
        if let json = try? JSONValue(parsing: line, maxDepth: 64) { return json }
        if let json = try? JSONValue(parsing: FiniteNumbers.replaced(in: line), maxDepth: 64) { return json }
        throw LineFault("not JSON: \(line.quoted)")
    }
}

/// What stands for numbers that JSON does not have.
enum FiniteNumbers {
    private static let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }

    /// The line with `1e999` for each of them outside of texts.
    static func replaced(in line: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var isInText = false
        var rest = line
        while let byte = rest.first {
            if !isInText, let word = words.first(where: { rest.starts(with: $0) }) {
                bytes += "1e999".utf8
                rest = rest.dropFirst(word.count)
                continue
            }
            if byte == UInt8(ascii: "\"") { isInText.toggle() }
            bytes.append(byte)
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\\"), isInText, let next = rest.first {
                bytes.append(next)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }
}
