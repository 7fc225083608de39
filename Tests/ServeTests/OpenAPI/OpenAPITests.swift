import JSON
import Serve
import Testing

@Suite(.serialized) struct OpenAPITests {
    @Test func theDocumentIsWholeAndItsPathsAreServed() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let document = try await server.get("/openapi.json").json
            #expect(document["openapi"] == "3.1.0")
            let schemas = document["components"]?["schemas"]
            #expect(schemas?["Verifier"]?["enum"]?.arrayValue?.contains("math") == true)
            let paths = document["paths"]?.objectValue ?? []
            #expect(paths.count > 10)
            for path in paths {
                let concrete = path.key.replacing("{id}", with: "job_1").replacing("{run}", with: "r")
                    .replacing("{batch}", with: "1")
                // A method that no path has: the answer names those that it has.
                let reply = try await server.send("PATCH", concrete, headers: [:], body: [])
                #expect(reply.status == 405, "\(path.key)")
                let served = Set((reply.headers["allow"] ?? "").split(separator: ",").map { $0.filter { $0 != " " } })
                let told = (path.value.objectValue ?? []).map { $0.key.uppercased() }.filter { $0 != "PARAMETERS" }
                #expect(served.subtracting(["HEAD"]) == Set(told), "\(path.key)")
            }
        }
    }

    @Test func everyReferenceHasATarget() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let document = try await server.get("/openapi.json").json
            func check(_ value: JSONValue) {
                if let target = value["$ref"]?.stringValue {
                    let keys = target.split(separator: "/").dropFirst()
                    #expect(keys.reduce(document as JSONValue?) { $0?[String($1)] } != nil, "\(target)")
                }
                for member in value.objectValue ?? [] { check(member.value) }
                for element in value.arrayValue ?? [] { check(element) }
            }
            check(document)
        }
    }
}
