import Environments
import Verifiers

extension EnvironmentContext {
    /// What environments of commands may use: the run's verifier, and the network.
    static func ofCommands(verifier: any Verifier) -> EnvironmentContext {
        EnvironmentContext(verifier: verifier) {
            try ServerTextGenerator($0)
        } poster: {
            try CurlPoster()
        }
    }
}
