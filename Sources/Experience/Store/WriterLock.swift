import Foundation

/// Keeps a second writer out of a store; the system lets go of it when the process ends, however it ends.
final class WriterLock: Sendable {
    private let descriptor: FileDescriptor

    init(path: String) throws {
        do {
            descriptor = try FileDescriptor(opening: path + ".lock", O_RDWR | O_CREAT)
        } catch {
            throw StoreError(path: path, "cannot make its lock file: \(String(cString: strerror(error.code)))")
        }
        if !descriptor.lock() {
            throw StoreError(path: path, "another assay is writing to this store; wait for it or stop it")
        }
    }
}
