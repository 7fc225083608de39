import HTTPTypes
import JSON

/// `GET /openapi.json`: the native API. The trainers' protocols are theirs to document; `docs/serve.md` tells of them.
struct OpenAPIRoutes: RouteGroup {
    let pool: VerifierPool

    var routes: [Route] {
        [Route(.get, "/openapi.json", scope: nil) { _ in .text(document, type: "application/json") }]
    }

    // The names of this server's verifiers stand in the document, so that a generated client knows them.
    private var document: String {
        let names = JSONValue.array(pool.endpoints.map { .string($0.name) } + [.null]).text
        return OpenAPIDocument.text.replacing("\"@VERIFIERS@\"", with: names)
    }
}
