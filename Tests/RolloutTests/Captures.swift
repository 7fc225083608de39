import Foundation
import Testing

@testable import Rollout

/// Recorded exchanges with real servers, kept outside of the repository: in `ASSAY_SERVERS`, by default
/// `../shared/data/servers` beside the project.
enum Captures {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["ASSAY_SERVERS"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/servers")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }
}
