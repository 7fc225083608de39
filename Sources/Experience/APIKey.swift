import Foundation

/// The key of a server, from the environment variable that a configuration names: keys stand in no file of ours.
public enum APIKey {
    /// Header lines of requests with the variable's key; none where no variable is named.
    ///
    /// Throws `ConfigProblem` of `api_key_env` when the variable is not set, or is no key.
    public static func headers(from variable: String?) throws(ConfigProblem) -> [String] {
        guard let variable else { return [] }
        guard let given = ProcessInfo.processInfo.environment[variable] else {
            throw ConfigProblem("api_key_env", "the environment variable \(variable) is not set")
        }
        // Read from a file, a key has the file's last line end.
        let key = given.trimmingCharacters(in: .whitespacesAndNewlines)
        // A line end in it would be the end of the header.
        guard !key.isEmpty, key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ConfigProblem("api_key_env", "the environment variable \(variable) is empty or of several lines")
        }
        return ["Authorization: Bearer \(key)"]
    }
}
