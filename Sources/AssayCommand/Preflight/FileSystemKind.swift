import Experience
import Foundation
import Numbers

/// The file system under a path, and the room on it.
struct FileSystemKind: Sendable {
    /// Its name, as mount tables have it.
    var name: String
    /// Bytes that we may still write.
    var free: Int
    /// Whether files can be locked, and mapped by several processes; depends on the mount of 9p and Lustre.
    var sharesFiles = true

    /// File systems of other machines, on which SQLite's write-ahead log is not safe: its index is memory that all
    /// processes share, and its locks must be seen by all (https://sqlite.org/wal.html, "All processes … same host").
    static let network: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "beegfs",
        "fuse.sshfs", "fuse.s3fs", "fuse.s3backer", "fuse.goofys", "fuse.geesefs", "fuse.gcsfuse", "fuse.blobfuse",
        "fuse.blobfuse2", "fuse.mount-s3", "fuse.mountpoint-s3", "fuse.rclone", "fuse.juicefs", "fuse.glusterfs",
        "fuse.ceph", "fuse.curlftpfs", "fuse.davfs2", "fuse.moosefs", "fuse.mfs", "fuse.lizardfs", "fuse.seaweedfs",
        "fuse.alluxio-fuse", "fuse.gvfsd-fuse",
    ]

    /// Whether a store there could be damaged or never be opened.
    var breaksWriteAheadLog: Bool { Self.network.contains(name) || !sharesFiles }

    /// The file system that holds `path`, or would: its nearest folder that exists. nil when that cannot be told.
    static func of(_ path: String) -> FileSystemKind? {
        guard let real = realpath(existingFolder(of: path), nil) else { return nil }
        defer { Foundation.free(real) }
        let folder = String(cString: real)
        var found = statvfs()
        guard statvfs(folder, &found) == 0,
            let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8),
            let mount = mount(of: folder, in: table)
        else { return nil }
        let free = Int(clamping: found.f_bavail).multiplied(by: Int(clamping: found.f_frsize)) ?? .max
        var sharesFiles = true
        switch mount.type {
        case "lustre": sharesFiles = mount.options.contains { $0 == "flock" || $0 == "localflock" }
        case "9p": sharesFiles = canShareMemory(in: folder)
        default: break
        }
        return FileSystemKind(name: mount.type, free: free, sharesFiles: sharesFiles)
    }

    /// The nearest folder above `path` that exists, with links followed.
    static func existingFolder(of path: String) -> String {
        var folder = FilePath.folder(of: path)
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            let isAbsolute = target.hasPrefix("/")
            folder = FilePath.folder(of: isAbsolute ? target : folder + "/" + target)
        }
        while folder != FilePath.folder(of: folder), !FileManager.default.fileExists(atPath: folder) {
            folder = FilePath.folder(of: folder)
        }
        return folder.isEmpty ? "." : folder
    }

    /// The mount that holds an absolute path, in the text of `/proc/self/mountinfo`: of the longest mount points above it
    /// the latest. Its type tells FUSE's kinds apart: "fuse.sshfs".
    static func mount(of path: String, in table: String) -> (type: String, options: [String])? {
        var best: (length: Int, mount: (type: String, options: [String]))?
        for line in table.split(separator: "\n") {
            let halves = line.split(separator: " - ", maxSplits: 1)
            guard halves.count == 2, case let fields = halves[0].split(separator: " "), fields.count > 4,
                case let words = halves[1].split(separator: " "), words.count > 2
            else { continue }
            let point = fields[4].replacing("\\040", with: " ")
            guard path == point || path.hasPrefix(point == "/" ? "/" : point + "/"), point.count >= best?.length ?? 0
            else { continue }
            best = (point.count, (String(words[0]), words[2].split(separator: ",").map(String.init)))
        }
        return best?.mount
    }

    /// Whether two processes could share a mapped file there, as the log's index is.
    static func canShareMemory(in folder: String) -> Bool {
        var template = Array((folder + "/.assay-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return true }
        defer {
            unlink(template)
            close(descriptor)
        }
        guard ftruncate(descriptor, 4096) == 0 else { return true }
        let map = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let map, map != MAP_FAILED else { return false }
        munmap(map, 4096)
        return true
    }
}
