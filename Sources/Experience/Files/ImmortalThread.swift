import Dispatch
import Foundation
import Synchronization

/// One thread that lives as long as the process. The kernel ends a worker when the thread that started it ends, so that
/// no worker survives us; threads of a dispatch queue come and go and must not start any.
public final class ImmortalThread: Sendable {
    /// Where workers are started.
    public static let shared = ImmortalThread()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let count = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            while true {
                count.wait()
                jobs.withLock { $0.removeFirst() }()
            }
        }
        thread.name = "assay.spawn"
        thread.start()
    }

    /// Runs `body` there and waits for it; blocks the caller, which must not be a thread of Swift's pool.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Value?>(nil)
        jobs.withLock { jobs in
            jobs.append {
                let value = body()
                result.withLock { $0 = value }
                done.signal()
            }
        }
        count.signal()
        while true {
            done.wait()
            if let value = result.withLock({ $0 }) { return value }
        }
    }
}
