extension OpenAPIDocument {
    /// Runs: their reports, their batches, and the leases of trainers.
    static let runs = #"""
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
        """#
}
