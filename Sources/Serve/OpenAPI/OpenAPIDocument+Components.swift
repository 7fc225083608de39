extension OpenAPIDocument {
    /// What the paths refer to.
    static let components = #"""
          "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "parameters": {
              "deadline": {
                "name": "X-Deadline-Ms",
                "in": "header",
                "description": "Milliseconds that the client waits",
                "schema": {"type": "integer", "minimum": 1, "maximum": 86400000}
              },
              "job": {
                "name": "id",
                "in": "path",
                "required": true,
                "schema": {"type": "string", "pattern": "^job_[0-9a-z]{1,13}$"}
              },
              "episode": {
                "name": "episode",
                "in": "path",
                "required": true,
                "schema": {"type": "string", "pattern": "^ep-[0-9]+-[0-9]+-[0-9]+-[0-9a-z]+$"}
              },
              "run": {
                "name": "run",
                "in": "path",
                "required": true,
                "schema": {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$"}
              }
            },
            "responses": {
              "AgentReply": {
                "description": "The reply, or with 'stream' its events",
                "content": {
                  "application/json": {"schema": {"type": "object"}},
                  "text/event-stream": {"schema": {"type": "string"}}
                }
              },
              "AgentError": {
                "description": "The protocol's own error; with Retry-After where another try helps",
                "content": {"application/json": {"schema": {"type": "object"}}}
              },
              "Error": {
                "description": "Refused: 400 bad request, 401 no or unknown token, 403 not allowed, 404 not there, 405 wrong method, 409 conflict, 413 too large, 422 unknown verifier, 429 or 503 overloaded (with Retry-After), 501 not configured",
                "content": {
                  "application/json": {
                    "schema": {
                      "type": "object",
                      "required": ["error"],
                      "properties": {
                        "error": {
                          "type": "object",
                          "required": ["code", "message"],
                          "properties": {"code": {"type": "string"}, "message": {"type": "string"}}
                        }
                      }
                    }
                  }
                }
              }
            },
            "schemas": {
              "Verifier": {"enum": "@VERIFIERS@", "description": "The first one of /v1/verifiers when left out"},
              "Item": {
                "type": "object",
                "description": "A completion and its problem; further members (tests, for example) are the problem's record",
                "required": ["response"],
                "properties": {
                  "response": {"type": ["string", "null"], "description": "The completion's whole text"},
                  "answer": {"description": "The gold answer; the JSON text of what is not a string"},
                  "id": {}
                }
              },
              "VerifyRequest": {
                "anyOf": [
                  {
                    "allOf": [
                      {"$ref": "#/components/schemas/Item"},
                      {
                        "type": "object",
                        "properties": {"verifier": {"$ref": "#/components/schemas/Verifier"}, "items": false}
                      }
                    ]
                  },
                  {
                    "type": "object",
                    "required": ["items"],
                    "properties": {
                      "verifier": {"$ref": "#/components/schemas/Verifier"},
                      "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
                      "response": {"type": ["string", "null"]}
                    }
                  }
                ]
              },
              "Verdict": {
                "type": "object",
                "required": ["outcome", "score", "reason", "extracted", "verifier", "version", "milliseconds"],
                "properties": {
                  "outcome": {"enum": ["correct", "incorrect", "noAnswer", "timeout", "verifierError"]},
                  "score": {"type": ["number", "null"], "description": "null exactly for timeout and verifierError"},
                  "reason": {"type": "string"},
                  "extracted": {"type": ["string", "null"]},
                  "verifier": {"type": "string"},
                  "version": {"type": "string"},
                  "milliseconds": {"type": "number"},
                  "explanation": {"type": "string"},
                  "components": {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
                  "details": {}
                }
              },
              "JobRequest": {
                "type": "object",
                "anyOf": [{"required": ["items"]}, {"required": ["path"]}],
                "properties": {
                  "verifier": {"$ref": "#/components/schemas/Verifier"},
                  "items": {"type": "array", "items": {"type": "object"}},
                  "path": {"type": "string"},
                  "response_field": {"type": ["string", "null"]},
                  "answer_field": {"type": ["string", "null"]},
                  "id_field": {"type": ["string", "null"]}
                }
              },
              "Job": {
                "type": "object",
                "required": ["id", "state", "verifier", "version", "done", "progress", "outcomes", "result_bytes", "message", "created_at", "finished_at", "results"],
                "properties": {
                  "id": {"type": "string"},
                  "state": {
                    "enum": ["queued", "running", "stalled", "done", "failed", "cancelled"],
                    "description": "stalled: the file of jobs cannot be used now (message); it goes on by itself"
                  },
                  "verifier": {"type": "string"},
                  "version": {"type": "string"},
                  "done": {"type": "integer"},
                  "progress": {"type": "number", "minimum": 0, "maximum": 1},
                  "outcomes": {"type": "object", "additionalProperties": {"type": "integer"}},
                  "result_bytes": {"type": "integer"},
                  "message": {"type": ["string", "null"]},
                  "created_at": {"type": "integer"},
                  "finished_at": {"type": ["integer", "null"]},
                  "results": {"type": "string"}
                }
              },
              "PolicyVersion": {
                "type": "object",
                "required": ["policy_version"],
                "properties": {"policy_version": {"type": "integer"}, "weights": {"type": ["string", "null"]}}
              },
              "Lease": {
                "type": "object",
                "required": ["lease", "epoch", "expires_at", "policy_version", "weights", "batch", "tensors"],
                "properties": {
                  "lease": {"type": "integer"},
                  "epoch": {"type": "integer"},
                  "expires_at": {"type": "integer"},
                  "policy_version": {"type": "integer"},
                  "weights": {"type": ["string", "null"]},
                  "batch": {"type": "object"},
                  "tensors": {"type": "string"}
                }
              }
            }
          }
        """#
}
