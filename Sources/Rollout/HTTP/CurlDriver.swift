internal import CCurl
internal import Foundation
internal import Synchronization

/// An HTTP client for thousands of slow requests in flight: libcurl on a thread of its own behind an async call.
///
///     let driver = try CurlDriver(maxConnections: 512)
///     let response = try await driver.send(.get("http://127.0.0.1:8000/v1/models"))
public final class CurlDriver: Sendable {
    private let loop: CurlLoop

    /// The driver's own thread, for tasks that mostly wait for answers: between two of their requests they need no other
    /// thread. They must not block.
    var executor: any TaskExecutor { loop }

    /// The version of libcurl in use, with its parts.
    public static var libraryVersion: String { String(cString: curl_version()) }

    /// Starts the thread. `maxConnections` bounds the connections kept for reuse.
    public init(maxConnections: Int = 512, settings: HTTPSettings = HTTPSettings()) throws {
        var settings = settings
        let environment = ProcessInfo.processInfo.environment
        if settings.certificates == nil {
            settings.certificates = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap { environment[$0] }
                .first { !$0.isEmpty }
        }
        loop = try CurlLoop(maxConnections: maxConnections, settings: settings)
        try loop.launch()
    }

    deinit { loop.post(.stop) }

    /// Sends once and waits for the whole answer, of any status. Cancelling the task ends the transfer.
    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let transfer = CurlTransfer(request)
        let outcome = await withTaskCancellationHandler {
            // Not checked, as it costs an object per request: `finish` resumes once and forgets.
            await withUnsafeContinuation { continuation in
                transfer.continuation = continuation
                loop.post(.start(transfer))
            }
        } onCancel: {
            transfer.isCancelled.store(true, ordering: .releasing)
            loop.post(.cancel(transfer))
        }
        return try outcome.get()
    }
}
