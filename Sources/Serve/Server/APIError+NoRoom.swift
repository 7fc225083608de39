import Experience
import Foundation
import GRDB

extension APIError {
    /// A full disk, said to the client: it passes. nil for any other error.
    static func noRoom(_ error: any Error) -> APIError? {
        let isFull =
            switch error {
            case let error as FileError: [ENOSPC, EDQUOT].contains(error.code)
            case let error as JobStoreError: error.isFull
            case let error as DatabaseError: error.resultCode == .SQLITE_FULL
            default: false
            }
        return isFull ? .overloaded("the server's disk is full") : nil
    }
}
