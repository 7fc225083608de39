import Foundation

/// The thread that has the process: it writes what waits, reads what comes, and watches time and memory.
struct ConversationLoop: Sendable {
    let lines: ConversationLines
    let settings: Conversation.Settings
    let speaks: any LineProtocol

    // Between two looks at the memory.
    private static let tick = Duration.milliseconds(250)

    func detach(_ open: @escaping @Sendable () throws -> any WorkerChannel) {
        let thread = Thread { run(open) }
        thread.name = "assay.conversation"
        thread.start()
    }

    private func run(_ open: () throws -> any WorkerChannel) {
        let channel: any WorkerChannel
        do {
            channel = try open()
        } catch {
            return lines.end(Conversation.Failure(kind: .notStarted, description: "\(error)"))
        }
        channel.buffer.mostLineBytes = settings.lineBytes
        do {
            try serve(channel)
        } catch {
            let failure = failure(for: error, channel)
            channel.kill()
            let isSilence = if case WorkerFailure.silence = error { true } else { false }
            lines.end(
                isSilence ? .init(kind: .lost, description: failure.description + ", another episode's turn") : failure,
                blamed: failure)
        }
    }

    private func serve(_ channel: any WorkerChannel) throws {
        var (writing, written): ([UInt8], Int) = ([], 0)
        var nextLook = ContinuousClock.now + Self.tick
        while true {
            if written == writing.count {
                let (requests, said, grace) = lines.take()
                if let grace {
                    if grace > 0 { channel.finish(grace: grace) } else { channel.kill() }
                    return lines.end(.init(kind: .lost, description: "'\(settings.title)' was ended"))
                }
                written = 0
                writing = said + (requests.isEmpty ? [] : speaks.lines(of: requests))
            }
            let patience = lines.patience()
            let wait = min(patience ?? 1, 0.25)
            _ = try channel.turn(writing, from: &written, waiting: Int32(max(0, wait * 1000) + 1), or: lines.bell.read)
            lines.hush()
            while let line = channel.buffer.nextLine() { try hear(line) }
            if channel.buffer.isFlooded { throw WorkerFailure.flood }
            if let left = lines.patience(), left < 0 { throw WorkerFailure.silence }
            guard ContinuousClock.now >= nextLook else { continue }
            nextLook = ContinuousClock.now + Self.tick
            if let used = channel.residentMiB, used > settings.memoryMiB { throw WorkerFailure.memory(used) }
        }
    }

    private func hear(_ line: ArraySlice<UInt8>) throws {
        for heard in try speaks.read(line) {
            switch heard {
            case .answer(let id, let json):
                if lines.answer(id, json) { continue }
                throw LineFault("it answers id \(id), which was not asked or is answered already: \(line.quoted)")
            case .question(let reply):
                if !reply.isEmpty { lines.say(reply) }
            }
        }
    }

    private func failure(for error: any Error, _ channel: any WorkerChannel) -> Conversation.Failure {
        let title = settings.title
        let said = LastWords.text(of: channel.errorTail)
        switch error as? WorkerFailure {
        case .silence: return .init(kind: .late, description: "'\(title)' did not answer in time" + said)
        case .ended(let how): return .init(kind: .lost, description: "'\(title)' \(how)" + said)
        case .memory(let used):
            return .init(
                kind: .lost, description: "'\(title)' used \(used) MiB, memory_mb allows \(settings.memoryMiB)" + said)
        case .flood:
            return .init(
                kind: .garbled,
                description: "'\(title)' wrote a line of over \(settings.lineBytes) bytes to stdout" + said)
        default:
            return .init(
                kind: .garbled, description: "'\(title)': \(error) (stdout is the protocol's; print to stderr)" + said)
        }
    }
}
