import TestServers
import Testing

@testable import Rollout

@Suite(.timeLimit(.minutes(5))) struct ServerProbeTests {
    /// Serves fixed bodies by path; anything else is 404.
    private func probe(
        _ routes: [String: String], status: Int = 404, model: String? = nil, else other: String = "Not Found"
    ) async throws -> Result<Endpoint, ProbeError> {
        let server = try FaultServer { request, connection in
            if let body = routes[request.path] {
                connection.reply(200, body)
            } else {
                connection.reply(status, #"{"detail":"\#(other)"}"#)
            }
            return .keep
        }
        defer { server.stop() }
        let probe = ServerProbe(driver: try CurlDriver())
        do throws(ProbeError) {
            return .success(try await probe.endpoint(server.url + "/v1/", model: model))
        } catch {
            return .failure(error)
        }
    }

    private func models(_ owner: String, _ names: String...) -> [String: String] {
        let list = names.map { #"{"id":"\#($0)","owned_by":"\#(owner)"}"# }.joined(separator: ",")
        return ["/v1/models": #"{"object":"list","data":[\#(list)]}"#]
    }

    @Test(arguments: [("vllm", ServerKind.vllm), ("llamacpp", .llamacpp), ("sglang", .sglang), ("acme", .openai)])
    func ownerTellsTheServer(owner: String, kind: ServerKind) async throws {
        let endpoint = try await probe(models(owner, "m")).get()
        #expect(endpoint.server == kind)
        #expect(endpoint.model == "m")
        #expect(!endpoint.url.hasSuffix("/v1"))
    }

    @Test func ownRoutesTellTheServer() async throws {
        #expect(try await probe(["/model_info": #"{"model_path":"m"}"#]).get().server == .sglang)
        #expect(try await probe(["/info": #"{"max_total_tokens":1}"#]).get().server == .tgi)
        #expect(try await probe(["/api/tags": #"{"models":[]}"#]).get().server == .ollama)
    }

    @Test(arguments: [("default", nil), ("12", 12), ("step-000340", 340)] as [(String, Int?)])
    func theVersionOfItsWeightsIsKnownFromTheStart(text: String, version: Int?) async throws {
        var routes = models("sglang", "m")
        routes["/model_info"] = #"{"model_path":"m","weight_version":"\#(text)"}"#
        #expect(try await probe(routes).get().habits.newestVersion == version)
    }

    @Test func modelMustBeServed() async throws {
        let wrong = try await probe(models("vllm", "qwen-7b", "qwen-1b"), model: "qwen7b")
        guard case .failure(let error) = wrong else { throw TestFailure("accepted") }
        #expect(error.kind == .model)
        #expect(error.description.hasSuffix("it serves: qwen-7b, qwen-1b; did you mean \"qwen-7b\"?"))
        guard case .failure(let choice) = try await probe(models("vllm", "a", "b")) else { throw TestFailure("chosen") }
        #expect(choice.description.hasSuffix("serves 2 models; set model to one of: a, b"))
        #expect(try await probe(models("vllm", "a", "b"), model: "b").get().model == "b")
    }

    @Test(arguments: [
        (401, ProbeError.Kind.unauthorized), (403, .unauthorized), (404, .unknownServer), (500, .serverError),
        (503, .serverError),
    ])
    func statusesAreTyped(status: Int, kind: ProbeError.Kind) async throws {
        guard case .failure(let error) = try await probe([:], status: status) else { throw TestFailure("accepted") }
        #expect(error.kind == kind)
        #expect(!error.description.contains("\n"))
    }

    /// No key helps, and no wait.
    @Test(arguments: [403, 429]) func aSpentAccountIsSaid(status: Int) async throws {
        guard case .failure(let error) = try await probe([:], status: status, else: "Your account is suspended") else {
            throw TestFailure("accepted")
        }
        #expect(error.description.contains("suspended; the account has nothing left") && !error.isLoading)
    }

    @Test func nobodyListens() async throws {
        let server = try FaultServer { _, _ in .close }
        server.stop()
        let probe = ServerProbe(driver: try CurlDriver())
        await #expect {
            try await probe.endpoint(server.url)
        } throws: { error in
            (error as? ProbeError)?.kind == .unreachable && "\(error)".contains(server.url)
        }
    }
}
