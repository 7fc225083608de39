import Logging

/// What the HTTP server's own parts have to say, as faults in the log.
struct FaultLogHandler: LogHandler {
    let log: AccessLog
    var logLevel = Logger.Level.error
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.fault(event.error.map { "\(event.message): \($0)" } ?? "\(event.message)") }
}
