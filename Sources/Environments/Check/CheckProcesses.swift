import Foundation

/// Processes below this one, and its descriptors, as /proc shows them; nothing where there is no /proc.
enum CheckProcesses {
    /// A process, known beyond the reuse of its number.
    struct Process: Hashable {
        var pid: Int32
        var started: String
    }

    /// Every process that descends from this one.
    static func descendants() -> Set<Process> {
        var children: [Int32: [Process]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = Int32(name), let (process, parent) = process(pid) else { continue }
            children[parent, default: []].append(process)
        }
        var found: Set<Process> = []
        var open = [getpid()]
        while let next = open.popLast() {
            for child in children[next] ?? [] where found.insert(child).inserted { open.append(child.pid) }
        }
        return found
    }

    /// Those of them that are still there, whoever their parent is now; what has ended and is not yet waited for is gone.
    static func alive(_ processes: Set<Process>) -> Set<Process> {
        processes.filter { process($0.pid)?.process == $0 }
    }

    /// Descriptors that this process and those have open.
    static func descriptors(of processes: Set<Process>) -> Int {
        let folders = ["self"] + processes.map { "\($0.pid)" }
        return folders.reduce(0) { sum, name in
            sum + ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(name)/fd")) ?? []).count
        }
    }

    /// Kills what an environment has left behind.
    static func end(_ processes: Set<Process>) {
        for process in alive(processes) { kill(process.pid, SIGKILL) }
    }

    private static func process(_ pid: Int32) -> (process: Process, parent: Int32)? {
        // The name in brackets may hold anything: fields are counted from the last bracket.
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let bracket = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 19, fields.first != "Z", fields.first != "X",
            let parent = Int32(fields.dropFirst().first ?? "")
        else { return nil }
        return (Process(pid: pid, started: String(fields.dropFirst(19).first ?? "")), parent)
    }
}
