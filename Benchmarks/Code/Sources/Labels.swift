import Experience
import JSON
import Verifiers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One row of a file whose labels were validated by running: `solution` is the program, `expected` is pass or fail.
struct LabelledProgram {
    var item: VerificationItem
    var isPass: Bool

    /// The rows of a JSONL file.
    static func load(_ path: String) -> [LabelledProgram] {
        readFile(path).split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let row = try? JSONRow(checking: Array(line)) else { return nil }
            let values = row.strings(["id", "solution", "expected"])
            guard let id = values[0], let solution = values[1], let expected = values[2] else { return nil }
            return LabelledProgram(
                item: VerificationItem(
                    problem: Problem(id: id, fields: row), completion: Completion(text: solution)),
                isPass: expected == "pass")
        }
    }
}

/// The bytes of a file; empty when it cannot be read.
func readFile(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    lseek(descriptor, 0, SEEK_SET)
    return [UInt8](unsafeUninitializedCapacity: max(size, 0)) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, max(size, 0)))
    }
}

/// Processor seconds of this process and of its ended children.
func processorSeconds() -> Double {
    [__rusage_who_t(0), __rusage_who_t(-1)].reduce(0) { sum, who in
        var usage = rusage()
        getrusage(who, &usage)
        return sum + Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

/// The first bytes of a file whose size is not known beforehand.
func readStream(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, 4096))
    }
}
