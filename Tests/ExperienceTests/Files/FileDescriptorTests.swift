import Experience
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct FileDescriptorTests {
    /// An initialiser that threw after all was set used to close its number twice: the second time it was another's.
    @Test func aFailedOpeningClosesNothingOfAnothers() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let taken = try folder.write("", to: "taken.part")
        let holder = try FileDescriptor(opening: taken, O_RDWR)
        #expect(flock(holder.number, LOCK_EX | LOCK_NB) == 0)
        let output = try OutputFile(resumable: folder.file("taken"), inputs: [], force: true, resumes: false)
        let isDone = Atomic(false)
        async let closedByOthers = Self.onAThread {
            var count = 0
            while !isDone.load(ordering: .relaxed) {
                let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
                for _ in 0..<20 where fcntl(number, F_GETFD) < 0 { count += 1 }
                if close(number) != 0 { count += 1 }
            }
            return count
        }
        try await Self.onAThread {
            for _ in 0..<20_000 {
                #expect(throws: FileError.self) { _ = try LineReader(path: path) }
                #expect(throws: OutputError.self) { _ = try LineWriter(output, keeping: 0) }
            }
        }
        isDone.store(true, ordering: .relaxed)
        #expect(try await closedByOthers == 0)
    }

    /// A terminal or a pipe that somebody made non-blocking takes and gives as much as any other.
    @Test func aNonBlockingPipeIsWaitedFor() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        let bytes = (0..<1_000_000).map { UInt8($0 % 251) }
        let (reading, writing) = (ends[0], ends[1])
        async let received = Self.onAThread {
            var received: [UInt8] = []
            guard let reader = try? FileDescriptor(duplicating: reading, path: "pipe") else { return received }
            close(reading)
            while let more = try? reader.read(atMost: 4096), !more.isEmpty { received += more }
            return received
        }
        try await Self.onAThread {
            let writer = try FileDescriptor(duplicating: writing, path: "pipe")
            close(writing)
            try writer.write(bytes)
        }
        #expect(try await received == bytes)
    }

    @Test func whatCannotBeWrittenIsATypedError() throws {
        for (path, flags, code) in [("/dev/full", O_WRONLY, ENOSPC), ("/dev/null", O_RDONLY, EBADF)] {
            let file = try FileDescriptor(opening: path, flags)
            let error = #expect(throws: FileError.self) { try file.write([1]) }
            #expect(error?.code == code)
        }
        let error = #expect(throws: FileError.self) { _ = try FileDescriptor(opening: "/none/a", O_RDONLY) }
        #expect(error?.description == "/none/a: cannot open: No such file or directory")
    }

    /// On a thread of its own: what blocks must not hold one of the pool.
    private static func onAThread<Value: Sendable>(_ body: @Sendable @escaping () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
