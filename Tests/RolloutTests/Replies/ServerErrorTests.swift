import Testing

@testable import Rollout

/// What the errors of servers and gateways mean, in the words and numbers of each.
@Suite struct ServerErrorTests {
    private func error(_ status: Int, _ body: String) -> ServerError {
        ServerError(status: status, body: Array(body.utf8))
    }

    @Test(arguments: [
        // Zhipu, Anthropic, DashScope, LiteLLM, Fireworks, Moonshot, one-api, SiliconFlow, OpenRouter, xAI.
        (429, #"{"error":{"code":"1113","message":"您的账户已欠费,请充值后重试。"}}"#),
        (
            400,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#
        ),
        (400, #"{"code":"Arrearage","message":"Access denied, please make sure your account is in good standing."}"#),
        (
            400,
            #"{"error":{"message":"Budget has been exceeded! Current cost: 2, Max budget: 1","type":"budget_exceeded","param":null,"code":"400"}}"#
        ),
        (
            400,
            #"{"error":{"message":"ExceededBudget: User=u over budget. Spend=1, Budget=0","type":"auth_error","code":400}}"#
        ),
        (412, #"{"error":{"message":"Account a is suspended, possibly due to reaching the monthly spending limit"}}"#),
        (403, #"{"error":{"message":"Your account is suspended","type":"exceeded_current_quota_error"}}"#),
        (403, #"{"error":{"message":"用户额度不足","type":"new_api_error","code":"insufficient_user_quota"}}"#),
        (403, #"{"code":30001,"message":"Sorry, your account balance is insufficient","data":null}"#),
        (402, #"{"error":{"message":"Insufficient Balance"}}"#),
        (400, #"{"error":{"message":"ExceededTokenBudget: Current spend for token: 7; Max Budget for Token: 2"}}"#),
        (500, #"{"detail":"Error code: 429 - {'error': {'code': 'insufficient_quota', 'message': 'no'}}"}"#),
        (429, #"{"error":{"message":"x","type":"requests","code":"insufficient_quota"}}"#),
        (429, #"{"success":false,"errors":[{"code":3036,"message":"you have used up your daily free allocation"}]}"#),
        (403, #"{"code":"AllocationQuota.FreeTierOnly","message":"The free tier of the model has been exhausted."}"#),
        (200, #"{"id":"x","choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#),
        (
            500,
            #"{"error":{"message":"{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"no\"}}","type":"upstream_error"}}"#
        ),
    ])
    func noWaitFillsAnAccount(status: Int, body: String) {
        #expect(error(status, body).isQuota && !error(status, body).isRefusal, "\(body)")
    }

    @Test(arguments: [
        // A class beside a code, vendors' numbers, a status over another one.
        (200, #"{"error":{"message":"x","type":"requests","code":"rate_limit_exceeded"}}"#),
        (200, #"{"error":{"message":"x","type":"invalid_request_error","code":"rate_limit_exceeded"}}"#),
        (200, #"{"choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit"}}"#),
        (200, #"{"error_code":18,"error_msg":"Open api qps request limit reached","id":"x"}"#),
        (200, #"{"error_code":336501,"error_msg":"x"}"#),
        (200, #"{"code":50505,"message":"Model service overloaded. Please try again later.","data":null}"#),
        (200, #"{"success":false,"errors":[{"code":3040,"message":"Capacity temporarily exceeded"}],"result":null}"#),
        (200, #"{"error":{"code":"1302","message":"您当前使用该API的并发数过高"}}"#),
        (200, #"{"header":{"code":11202,"message":"AppIdQpsOverFlowError","sid":"s"}}"#),
        (400, #"{"error":{"message":"x","type":"throttling_error","code":"429"}}"#),
        (500, #"{"error":{"message":"litellm.RateLimitError: OpenAIException - slow down","type":null,"code":"500"}}"#),
        (500, #"{"error":{"message":"x","code":503}}"#), (400, #"{"object":"error","message":"x","code":503}"#),
        (424, #"{"error":"Model is overloaded","error_type":"overloaded"}"#),
        // Of public reports: opencode 40241, litellm 8448, kilocode 11249, llm-simple-router 95.
        (400, #"{"detail":"rate limit exceeded"}"#), (500, #"{"detail":"Error code: 429 - upstream said no"}"#),
        (498, #"{"error":{"message":"Flex tier capacity exceeded","type":"capacity_exceeded"}}"#),
        (503, #"{"error":"Model x is currently loading","estimated_time":20.0}"#),
        (200, #"{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"error code: 1015"}}}"#),
        (200, #"{"error":{"code":"rate_limited","message":"slow"}}"#),
        (200, #"{"type":"error","error":{"type":"rate_limit_exceeded","message":""}}"#),
        (200, #"{"error":{"code":"1305","message":"该模型当前访问量过大，请您稍后再试"}}"#),
        (403, #"{"error":{"code":"RateLimitExceeded.EndpointRPMExceeded","message":"x"}}"#),
        (400, #"{"__type":"com.amazon#ThrottlingException","message":"Too many requests, please wait"}"#),
        (
            429,
            #"{"code":"Throttling.AllocationQuota","message":"Allocated quota exceeded, please increase your quota limit."}"#
        ),
        (429, #"{"error":{"code":"insufficient_quota","message":"Allocated quota exceeded, please increase it"}}"#),
        (
            429,
            #"[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"26s"}]}}]"#
        ),
    ])
    func tooMuchToDo(status: Int, body: String) {
        #expect(error(status, body).isRefusal && !error(status, body).isQuota, "\(body)")
    }

    @Test(arguments: [
        (200, #"{"error":"Input validation error: too long","error_type":"validation"}"#, 400),
        (200, #"{"error":{"type":"authentication_error","message":"x"}}"#, 401),
        (500, #"{"error":{"message":"bad key","code":401}}"#, 401),
        (424, #"{"error":"Request failed during generation: CUDA","error_type":"generation"}"#, 424),
        (400, #"{"error":{"message":"'overdue' is no word of the schema","code":400}}"#, 400),
        (
            413,
            #"{"error":{"message":"Request too large, TPM: Limit 6000","type":"tokens","code":"rate_limit_exceeded"}}"#,
            413
        ),
        (200, #"{"error":{"code":502,"message":"Upstream error from Chutes: overloaded"},"choices":[]}"#, 502),
        (502, "<html>temporarily unavailable</html>", 502), (500, "Internal Server Error", 500),
        (429, "data: {\"error\":{\"message\":\"slow\"}}\n\n", 429),
    ])
    func otherStatuses(status: Int, body: String, expected: Int) {
        #expect(error(status, body).status == expected, "\(error(status, body))")
    }

    /// What the request said is not the server's own word.
    @Test func echoesOfPromptsAreNoQuota() {
        let prompt = String(repeating: "The loan is overdue, the credit balance is low. ", count: 20)
        #expect(!error(400, #"{"error":{"message":"bad input: \#(prompt)"}}"#).isQuota)
        #expect(!error(422, #"{"detail":[{"msg":"bad","input":"my account was suspended"}]}"#).isQuota)
    }

    @Test(arguments: [
        (#"{"error":{"message":"Please try again in 1m2.5s. See the docs","code":429}}"#, 62.5),
        (#"{"error":{"message":"x","metadata":{"retry_after_seconds":3}}}"#, 3),
        (#"{"error":{"message":"max RPM: 3, please try again after 1 seconds"}}"#, 1),
        (#"{"error":{"message":"x","details":[{"retryDelay":"26s"}]}}"#, 26),
        (#"{"error":{"message":"x","metadata":{"headers":{"Retry-After":"7"}}}}"#, 7),
        (#"{"error":{"message":"x","retryAfterMs":1500}}"#, 1.5), (#"{"error":"x","estimated_time":20.5}"#, 20.5),
    ])
    func waitsInTheBody(body: String, seconds: Double) {
        #expect(error(429, body).retryAfter == seconds)
    }

    /// 9router 878: MiniMax names the moment.
    @Test func aMomentInTheBody() throws {
        let wait = try #require(
            error(429, #"{"error":{"message":"x","retryAfter":"2099-05-02T12:00:00Z"}}"#).retryAfter)
        #expect(wait > 1e8)
    }

    @Test(arguments: [
        "Incorrect API key provided: sk-proj-abcdef0123456789.", "invalid Authorization: Bearer abcdef0123456789xyz",
        #"headers {\"Authorization\": \"Bearer abcdef0123456789\"}"#, "GET https://h/v1?key=AIzaabcdef0123456789abcdef",
        "no such token hf_abcdef0123456789", "connect to http://user:abcdef0123456789@proxy failed",
        "jwt eyJhbGciOiJIabcdef0123456789.eyJzdWIiOiIxabcdef0123456789.x is expired",
        "Auth error: api_key='abcdef0123456789'",
    ])
    func keysAreMasked(message: String) {
        let shown = error(401, #"{"error":{"message":"\#(message)"}}"#).description
        #expect(!shown.contains("abcdef0123456789") && shown.contains("***"), "\(shown)")
    }

    @Test func anEndpointsOwnSecretsAreMasked() throws {
        let endpoint = try Endpoint(
            url: "http://me:hunter22@h:1/x?sig=qwertz9", server: .openai, model: "m",
            headers: ["Authorization: Bearer plainword", "X-Team: blue-team", "Content-Type: application/json"])
        var error = SampleError.server(error(400, "plainword hunter22 qwertz9 blue-team application/json model m"))
        error.mask(endpoint.secrets)
        #expect(error.description == "HTTP 400: *** *** *** *** application/json model m")
        var cut = SampleError.server(self.error(400, String(repeating: "x ", count: 246) + "plainword"))
        cut.mask(endpoint.secrets)
        #expect(cut.description.hasSuffix("x ***") || cut.description.hasSuffix("x ***…"), "\(cut)")
        var header = SampleError.server(self.error(400, "got header bWU6aHVudGVyMjI= from you"))
        header.mask(endpoint.secrets)
        #expect(header.description == "HTTP 400: got header *** from you")
    }

    @Test(arguments: ["basic authentication is required", "the bearer token was rejected", "max_tokens: 4096000000"])
    func wordsStay(message: String) {
        #expect(error(401, message).message == message)
    }
}
