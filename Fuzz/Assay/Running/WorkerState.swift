import Foundation

/// What a worker says of itself in memory that the supervisor shares: it is still there when the worker has died.
struct WorkerState {
    private enum Slot: Int, CaseIterable { case index, since, limit, calls, inputs, slowest, slowestIndex, baseline }

    private let memory: UnsafeMutablePointer<Int64>

    /// Maps the file, made with zeros if absent; throws `FuzzFailure`.
    init(path: String) throws {
        let size = Slot.allCases.count * MemoryLayout<Int64>.size
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
            let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else { throw FuzzFailure("\(path): cannot be mapped") }
        close(descriptor)
        memory = mapped.bindMemory(to: Int64.self, capacity: Slot.allCases.count)
    }

    func unmap() { munmap(memory, Slot.allCases.count * MemoryLayout<Int64>.size) }

    private subscript(slot: Slot) -> Int64 {
        get { memory[slot.rawValue] }
        nonmutating set { memory[slot.rawValue] = newValue }
    }

    /// Index of the input under way, or of the last one.
    var index: UInt64 { UInt64(bitPattern: self[.index]) }
    /// When it began, nanoseconds of the monotonic clock; 0 between two inputs.
    var since: Int64 { self[.since] }
    /// Its own limit in seconds.
    var limit: Double { Double(self[.limit]) / 1e9 }
    /// Calls that have ended; with `index` it tells one call from the next.
    var calls: Int64 { self[.calls] }
    /// Inputs that have ended.
    var inputs: Int64 { self[.inputs] }
    /// Nanoseconds of the slowest call.
    var slowest: Int64 { self[.slowest] }
    /// Its index.
    var slowestIndex: UInt64 { UInt64(bitPattern: self[.slowestIndex]) }
    /// Resident bytes before the first input; 0 until then.
    var baseline: Int64 { self[.baseline] }

    func ready(resident: Int64) { self[.baseline] = resident }

    func begin(_ index: UInt64, limit: Double) {
        self[.index] = Int64(bitPattern: index)
        self[.limit] = Int64(limit * 1e9)
        self[.since] = Self.now
    }

    /// - Returns: nanoseconds of the call.
    @discardableResult
    func end(count: Int) -> Int64 {
        let time = Self.now - self[.since]
        self[.since] = 0
        self[.calls] += 1
        self[.inputs] += Int64(count)
        if time > self[.slowest] {
            self[.slowest] = time
            self[.slowestIndex] = self[.index]
        }
        return time
    }

    /// Nanoseconds of the monotonic clock, which all processes share.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// What the system says of a process.
enum ProcessFigures {
    /// Resident bytes now and at most so far; nil when it is gone.
    static func memory(of pid: Int32) -> (now: Int64, peak: Int64)? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/status") else { return nil }
        func kilobytes(_ name: String) -> Int64? {
            String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
                .flatMap { Int64($0.filter(\.isNumber)) }
        }
        guard let now = kilobytes("VmRSS:"), let peak = kilobytes("VmHWM:") else { return nil }
        return (now << 10, peak << 10)
    }

    /// Seconds of processor time so far; nil when it is gone.
    static func processorTime(of pid: Int32) -> Double? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
