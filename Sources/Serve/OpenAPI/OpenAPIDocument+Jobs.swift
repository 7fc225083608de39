extension OpenAPIDocument {
    /// Files that are judged in the background.
    static let jobs = #"""
            "/v1/jobs": {
              "post": {
                "summary": "Start a job over many rows",
                "description": "Rows are JSON objects with the fields that 'assay verify' takes. Send them inline, as the body in application/x-ndjson (options in the query), or name a file under jobs_root (scope admin). With an Idempotency-Key a repeated request gives the first one's job.",
                "operationId": "createJob",
                "parameters": [
                  {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/JobRequest"}}}
                },
                "responses": {
                  "200": {
                    "description": "The job that this Idempotency-Key made before",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
                  },
                  "201": {
                    "description": "The new job",
                    "headers": {"Location": {"schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              },
              "get": {
                "summary": "The latest jobs, newest first",
                "operationId": "jobs",
                "parameters": [
                  {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "Jobs",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["jobs"],
                          "properties": {
                            "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}
                          }
                        }
                      }
                    }
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/jobs/{id}": {
              "parameters": [{"$ref": "#/components/parameters/job"}],
              "get": {
                "summary": "A job's state",
                "operationId": "job",
                "responses": {
                  "200": {
                    "description": "The job",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              },
              "delete": {
                "summary": "Forget a finished job and its results",
                "operationId": "deleteJob",
                "responses": {
                  "204": {"description": "Forgotten"},
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/jobs/{id}/cancel": {
              "parameters": [{"$ref": "#/components/parameters/job"}],
              "post": {
                "summary": "Cancel a job; what was judged is kept",
                "operationId": "cancelJob",
                "responses": {
                  "200": {
                    "description": "The job",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/jobs/{id}/results": {
              "parameters": [{"$ref": "#/components/parameters/job"}],
              "get": {
                "summary": "The rows judged so far, each with its verdict, one a line",
                "description": "Resume from row 'from', or from a byte with 'Range: bytes=N-' (206, or 416 beyond the end). With 'follow=true' the stream ends when the job does.",
                "operationId": "jobResults",
                "parameters": [
                  {"name": "from", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 9007199254740991}},
                  {"name": "follow", "in": "query", "schema": {"type": "boolean"}}
                ],
                "responses": {
                  "200": {"description": "Lines", "content": {"application/x-ndjson": {}}},
                  "206": {"description": "Lines from the byte asked for", "content": {"application/x-ndjson": {}}},
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
        """#
}
