extension OpenAPIDocument {
    /// Episodes of agents: their life, and what is spoken below their base URLs.
    static let episodes = #"""
            "/v1/episodes": {
              "get": {
                "summary": "Counts of the episodes that agents have",
                "operationId": "episodes",
                "responses": {
                  "200": {"description": "Counts", "content": {"application/json": {"schema": {"type": "object"}}}},
                  "default": {"$ref": "#/components/responses/Error"}
                }
              },
              "post": {
                "summary": "Lease an episode (scope admin)",
                "description": "Waits some seconds for one. Its base URL and its key are secrets of the episode.",
                "operationId": "leaseEpisode",
                "requestBody": {
                  "content": {"application/json": {"schema": {"type": "object", "additionalProperties": false}}}
                },
                "responses": {
                  "200": {
                    "description": "The episode",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["episode", "base_url", "api_key", "messages", "tools", "problem", "idle_seconds"],
                          "properties": {
                            "episode": {"type": "string"},
                            "base_url": {"type": "string"},
                            "api_key": {"type": "string"},
                            "messages": {"type": "array", "items": {"type": "object"}},
                            "tools": {"type": "array", "items": {"type": "object"}},
                            "problem": {"type": "object"},
                            "idle_seconds": {"type": "number"}
                          }
                        }
                      }
                    }
                  },
                  "204": {"description": "The run has all it wants"},
                  "503": {"$ref": "#/components/responses/Error"},
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/v1/episodes/{episode}/end": {
              "parameters": [{"$ref": "#/components/parameters/episode"}],
              "post": {
                "summary": "End an episode (scope admin)",
                "description": "Answers when the sample is kept, or the failure counted. The same end again is told the same.",
                "operationId": "endEpisode",
                "requestBody": {
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                          "reward": {"type": ["number", "null"], "minimum": -1000000000, "maximum": 1000000000},
                          "failed": {"type": ["string", "null"]}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "What it came to",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["kept", "turns", "pieces", "sampled_tokens"],
                          "properties": {
                            "kept": {"type": "boolean"},
                            "failure": {"type": ["string", "null"]},
                            "reward": {"type": ["number", "null"]},
                            "turns": {"type": "integer"},
                            "pieces": {"type": "integer"},
                            "sampled_tokens": {"type": "integer"},
                            "repeats": {"type": "integer"},
                            "unheeded": {"type": "object"}
                          }
                        }
                      }
                    }
                  },
                  "default": {"$ref": "#/components/responses/Error"}
                }
              }
            },
            "/episodes/{episode}/v1/chat/completions": {
              "parameters": [{"$ref": "#/components/parameters/episode"}],
              "post": {
                "summary": "Ask the policy, as OpenAI's chat completions",
                "description": "Streamed or not, with tools; see docs/agents.md for what is heeded. The key alone names the episode at /v1/chat/completions.",
                "operationId": "agentChat",
                "security": [],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {
                  "200": {"$ref": "#/components/responses/AgentReply"},
                  "default": {"$ref": "#/components/responses/AgentError"}
                }
              }
            },
            "/episodes/{episode}/v1/responses": {
              "parameters": [{"$ref": "#/components/parameters/episode"}],
              "post": {
                "summary": "Ask the policy, as OpenAI's Responses",
                "description": "The whole conversation in 'input'. The key alone names the episode at /v1/responses.",
                "operationId": "agentResponses",
                "security": [],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {
                  "200": {"$ref": "#/components/responses/AgentReply"},
                  "default": {"$ref": "#/components/responses/AgentError"}
                }
              }
            },
            "/episodes/{episode}/v1/messages": {
              "parameters": [{"$ref": "#/components/parameters/episode"}],
              "post": {
                "summary": "Ask the policy, as Anthropic's Messages",
                "description": "Also below /v1/v1, as Anthropic's clients put it. The key alone names the episode at /v1/messages.",
                "operationId": "agentMessages",
                "security": [],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {
                  "200": {"$ref": "#/components/responses/AgentReply"},
                  "default": {"$ref": "#/components/responses/AgentError"}
                }
              }
            },
            "/episodes/{episode}/v1/models": {
              "parameters": [{"$ref": "#/components/parameters/episode"}],
              "get": {
                "summary": "The one model that an episode has",
                "operationId": "agentModels",
                "security": [],
                "responses": {
                  "200": {"description": "A list", "content": {"application/json": {"schema": {"type": "object"}}}},
                  "default": {"$ref": "#/components/responses/AgentError"}
                }
              }
            },
        """#
}
