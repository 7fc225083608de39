/// What one run of a program may use. Processor time is the limit; wall time is the backstop for programs that wait.
public struct RunLimits: Sendable, Hashable {
    /// Processor seconds of all its processes together.
    public var cpu: Double = 5
    /// Wall-clock seconds, time spent waiting for a processor not counted; 0 means three times `cpu`.
    public var wall: Double = 0
    /// Resident bytes of all its processes together.
    public var memory: Int = 1 << 30
    /// Bytes on stdout; stderr has as many of its own.
    public var output: Int = 8 << 20
    /// Processes and threads.
    public var processes: Int = 64
    /// Open descriptors per process.
    public var files: Int = 256
    /// Bytes in its folders, which are in memory.
    public var disk: Int = 64 << 20
    /// Files and folders it may make.
    public var inodes: Int = 4096

    /// The defaults above.
    public init() {}

    var wallSeconds: Double { wall > 0 ? wall : 3 * cpu }
}
