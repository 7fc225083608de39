/// The OpenAPI 3.1 document of the native API, kept by hand; tests hold it against the routes.
enum OpenAPIDocument {
    /// JSON text; `"@VERIFIERS@"` stands for the server's verifiers.
    static let text = "{" + head + components + "}"

    private static let head = #"""
          "openapi": "3.1.0",
          "info": {
            "title": "assay",
            "version": "1",
            "description": "Rewards from verification. A failure of ours has the score null, never 0."
          },
          "security": [{}, {"bearer": []}],
          "paths": {
            "/v1/verify": {
              "post": {
                "summary": "Judge one completion, or a batch",
                "description": "What is not judged by the deadline is the outcome 'timeout' with the score null.",
                "operationId": "verify",
                "parameters": [{"$ref": "#/components/parameters/deadline"}],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/VerifyRequest"}}}
                },
                "responses": {
                  "200": {
                    "description": "The verdict, or for a batch the verdicts in the order of items",
                    "content": {
                      "application/json": {
                        "schema": {
                          "anyOf": [
                            {"$ref": "#/components/schemas/Verdict"},
                            {
                              "type": "object",
                              "required": ["verdicts"],
                              "properties": {
                                "verdicts": {"type": "array", "items": {"$ref": "#/components/schemas/Verdict"}}
                              }
                            }
                          ]
                        }
                      }
                    }
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/verifiers": {
              "get": {
                "summary": "The verifiers of this server",
                "operationId": "verifiers",
                "responses": {
                  "200": {
                    "description": "Name, kind and version of each",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["verifiers"],
                          "properties": {
                            "verifiers": {
                              "type": "array",
                              "items": {
                                "type": "object",
                                "required": ["name", "verifier", "version", "needs_answer"],
                                "properties": {
                                  "name": {"type": "string"},
                                  "verifier": {"type": "string"},
                                  "version": {"type": "string"},
                                  "needs_answer": {"type": "boolean"}
                                }
                              }
                            }
                          }
                        }
                      }
                    }
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
        """# + jobs + runs + episodes + #"""
                "/healthz": {
                  "get": {
                    "summary": "Whether the process answers",
                    "operationId": "health",
                    "responses": {
                      "200": {"description": "It does", "content": {"application/json": {"schema": {"type": "object"}}}}
                    }
                  }
                },
                "/readyz": {
                  "get": {
                    "summary": "Whether new work is welcome",
                    "operationId": "ready",
                    "responses": {
                      "200": {"description": "It is", "content": {"application/json": {"schema": {"type": "object"}}}},
                      "503": {"description": "Shutting down", "content": {"application/json": {"schema": {"type": "object"}}}}
                    }
                  }
                },
                "/metrics": {
                  "get": {
                    "summary": "Figures in the Prometheus text format",
                    "operationId": "metrics",
                    "responses": {
                      "200": {"description": "Samples", "content": {"text/plain": {"schema": {"type": "string"}}}},
                      "default": {"$ref": "#/components/responses/Error"}
                    }
                  }
                }
              },
            """#
}
