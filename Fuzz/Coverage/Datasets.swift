import Datasets
import Dispatch
import Foundation

/// libFuzzer entry: the first byte chooses CSV or JSONL, the rest is a file of problems.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    // The readers tell the kind of file by its name.
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    let path = "\(folder)/assay-fuzz-\(getpid())" + (data[0] & 1 == 0 ? ".csv" : ".jsonl")
    guard (try? Data(bytes: data + 1, count: count - 1).write(to: URL(fileURLWithPath: path))) != nil else { return 0 }
    let done = DispatchSemaphore(value: 0)
    Task {
        var options = DatasetOptions()
        options.path = path
        if let reader = try? DatasetReader(options) {
            while let problems = try? await reader.next(64), !problems.isEmpty {}
        }
        done.signal()
    }
    done.wait()
    unlink(path)
    return 0
}
