import Foundation

/// What the machine offers.
public enum System {
    /// Processors this process may use.
    public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }
}
