import Foundation
import Workers

/// A worker's command as it is inside the sandbox: files that it names are shown read-only, with the folders they are in.
package struct BoxedCommand: Sendable {
    /// Program and arguments, with paths inside the box.
    private(set) var words: [String] = []
    /// What is shown of the host.
    private(set) var binds: [SandboxPlan.Bind] = []

    /// `shown` are further folders, under their own paths. Throws a sentence when the program is not there.
    package init(_ command: [String], shown: [String]) throws {
        guard let name = command.first, let program = HostCommand.find(name) else {
            throw WorkerStartError(command: command, reason: "No such file or directory")
        }
        let absolute = URL(fileURLWithPath: program).standardizedFileURL.path
        // A virtual environment's interpreter is a link: the folder it is in and the one it leads to are both needed.
        if let real = HostCommand.realPath(absolute), !Self.isSystem(real) {
            try show(Self.folder(of: real, above: 2), as: Self.folder(of: real, above: 2))
        }
        if Self.isSystem(absolute) {
            words.append(absolute)
        } else {
            let folder = Self.folder(of: absolute, above: 2)
            try show(folder, as: folder)
            words.append(absolute)
        }
        for word in command.dropFirst() { words.append(try inside(word)) }
        for path in shown {
            let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
            guard FileManager.default.fileExists(atPath: absolute) else {
                throw WorkerStartError(command: command, reason: "there is no \(path) to show")
            }
            try show(absolute, as: absolute)
        }
    }

    /// A word that names a file, as that file's path in the box; any other word as it is.
    private mutating func inside(_ word: String) throws -> String {
        guard word.contains("/") || word.contains("."), !word.contains("\n"),
            FileManager.default.fileExists(atPath: word)
        else { return word }
        let path = URL(fileURLWithPath: word).standardizedFileURL
        if Self.isSystem(path.path) { return path.path }
        // Not under its own path: the host's /tmp, say, is another one inside.
        let folder = path.deletingLastPathComponent().path
        let target =
            binds.first { $0.source == folder && $0.target.hasPrefix("/plugin/") }?.target
            ?? "/plugin/\(binds.count)"
        try show(folder, as: target)
        return target + "/" + path.lastPathComponent
    }

    private mutating func show(_ source: String, as target: String) throws {
        if source == "/" || source.contains(":") {
            throw WorkerStartError(command: words, reason: "the folder \(source) cannot be shown in the sandbox")
        }
        let bind = SandboxPlan.Bind(source: source, target: target)
        if !binds.contains(bind) { binds.append(bind) }
    }

    private static func isSystem(_ path: String) -> Bool {
        ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"].contains { path.hasPrefix($0) }
    }

    private static func folder(of path: String, above count: Int) -> String {
        (0..<count).reduce(URL(fileURLWithPath: path)) { url, _ in url.deletingLastPathComponent() }.path
    }
}
