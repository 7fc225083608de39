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
            "/v1/runs": {
              "get": {
                "summary": "The runs of the store",
                "operationId": "runs",
                "responses": {
                  "200": {
                    "description": "Runs, oldest first",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["runs"],
                          "properties": {
                            "runs": {
                              "type": "array",
                              "items": {
                                "type": "object",
                                "required": ["name", "created_at", "simulated", "report"],
                                "properties": {
                                  "name": {"type": "string"},
                                  "created_at": {"type": "integer"},
                                  "simulated": {"type": "boolean"},
                                  "report": {"type": "string"}
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
            "/v1/reports/{run}": {
              "parameters": [{"$ref": "#/components/parameters/run"}],
              "get": {
                "summary": "A run's report",
                "operationId": "report",
                "responses": {
                  "200": {
                    "description": "The report as 'assay report --json' prints it",
                    "content": {"application/json": {"schema": {"type": "object"}}}
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/runs/{run}/policy-version": {
              "parameters": [{"$ref": "#/components/parameters/run"}],
              "get": {
                "summary": "The newest policy version that was announced; 0 when none was",
                "operationId": "policyVersion",
                "responses": {
                  "200": {
                    "description": "The version",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PolicyVersion"}}}
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              },
              "post": {
                "summary": "Announce new weights (scope admin)",
                "operationId": "announcePolicyVersion",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["policy_version"],
                        "properties": {
                          "policy_version": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "weights": {"type": ["string", "null"]}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "Kept",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PolicyVersion"}}}
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/runs/{run}/leases": {
              "parameters": [{"$ref": "#/components/parameters/run"}],
              "post": {
                "summary": "Lease the next ready batch (scope admin)",
                "operationId": "lease",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["trainer"],
                        "properties": {
                          "trainer": {"type": "string", "minLength": 1, "maxLength": 200},
                          "milliseconds": {"type": ["integer", "null"], "minimum": 1000, "maximum": 86400000, "default": 600000}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "The lease, the newest weights, and where the batch's columns are",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lease"}}}
                  },
                  "204": {"description": "No batch is ready"},
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/runs/{run}/leases/renew": {
              "parameters": [{"$ref": "#/components/parameters/run"}],
              "post": {
                "summary": "Prolong a lease that has not run out (scope admin)",
                "operationId": "renewLease",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["lease", "epoch", "batch"],
                        "properties": {
                          "lease": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "epoch": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "batch": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "milliseconds": {"type": ["integer", "null"], "minimum": 1000, "maximum": 86400000, "default": 600000}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "When it ends now",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["expires_at"],
                          "properties": {"expires_at": {"type": "integer"}}
                        }
                      }
                    }
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/runs/{run}/leases/end": {
              "parameters": [{"$ref": "#/components/parameters/run"}],
              "post": {
                "summary": "End a lease: the step was taken or refused (scope admin)",
                "operationId": "endLease",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["lease", "epoch", "batch", "outcome"],
                        "properties": {
                          "lease": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "epoch": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "batch": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "outcome": {"enum": ["done", "rejected"]},
                          "policy_version": {"type": ["integer", "null"], "minimum": 0, "maximum": 9007199254740991},
                          "weights": {"type": ["string", "null"]},
                          "trainer": {"type": ["string", "null"]}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {"description": "Ended", "content": {"application/json": {"schema": {"type": "object"}}}},
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/runs/{run}/leases/logprobs": {
              "parameters": [{"$ref": "#/components/parameters/run"}],
              "post": {
                "summary": "Keep the trainer's log-probs of a held batch's sampled tokens (scope admin)",
                "description": "One number per element of the batch's token_ids. 409: the lease has run out or ended.",
                "operationId": "leaseLogprobs",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["lease", "epoch", "batch", "policy_version", "logprobs"],
                        "properties": {
                          "lease": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "epoch": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "batch": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "policy_version": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
                          "logprobs": {"type": "array", "items": {"type": "number"}}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "How many were kept",
                    "content": {
                      "application/json": {
                        "schema": {"type": "object", "required": ["kept"], "properties": {"kept": {"type": "integer"}}}
                      }
                    }
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/runs/{run}/batches/{batch}": {
              "parameters": [
                {"$ref": "#/components/parameters/run"},
                {
                  "name": "batch",
                  "in": "path",
                  "required": true,
                  "schema": {"type": "integer", "minimum": 0, "maximum": 9007199254740991}
                }
              ],
              "get": {
                "summary": "A batch's columns (scope admin)",
                "description": "One line of JSON, [{name, dtype, shape, bytes}], then the columns' little-endian bytes one after another.",
                "operationId": "batch",
                "responses": {
                  "200": {"description": "Columns", "content": {"application/octet-stream": {}}},
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
        """# + episodes + #"""
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
