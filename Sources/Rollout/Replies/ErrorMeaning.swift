internal import Experience

/// What a server's word, number or sentence for an error means, whoever speaks it: the one list of them.
enum ErrorMeaning: Hashable, Sendable {
    /// The account has nothing left to spend, or not before hours: no wait helps.
    case spent
    /// As an answer of that HTTP status.
    case status(Int)

    /// Whether the server has too much to do.
    var isRefusal: Bool { [.status(429), .status(503), .status(529)].contains(self) }

    /// The meaning of a class or code of errors, "insufficient_quota", "Throttling.RateQuota", "litellm.RateLimitError".
    init?(word: String) {
        let key = word.lowercased().filter { $0.isLetter || $0.isNumber }
        if key == "overloadederror" {
            self = .status(529)
            return
        }
        guard let found = Self.words.first(where: { $0.parts.contains(where: key.contains) }) else { return nil }
        self = found.meaning
    }

    /// The meaning of an error's sentence, where it says that an account is spent or a server has too much to do.
    init?(sentence: String) {
        let text = sentence.lowercased()
        func holds(_ parts: [String]) -> Bool { parts.contains(where: text.contains) }
        if holds(Self.spentSentences), !Self.isRate(sentence) {
            self = .spent
        } else if holds(Self.rateSentences) {
            self = .status(429)
        } else if holds(Self.busySentences) {
            self = .status(503)
        } else {
            return nil
        }
    }

    /// Whether a sentence speaks of a limit by time, which some vendors (DashScope) call a quota.
    static func isRate(_ sentence: String) -> Bool {
        let text = sentence.lowercased()
        return ["per minute", "per second", "per min", "allocated quota exceeded", "(tpm)", "(rpm)"]
            .contains(where: text.contains)
    }

    /// Parts of words, their letters and digits alone; the graver first.
    private static let words: [(parts: [String], meaning: ErrorMeaning)] = [
        (
            [
                "insufficientquota", "insufficientbalance", "insufficientuserquota", "insufficientfund",
                "insufficientcredit", "insufficientaccountbalance", "notenoughcredit", "creditsexhausted",
                "creditsdepleted", "outofcredit", "paymentrequired", "billinghardlimit", "billingnotactive",
                "billingerror", "budgetexceeded", "exceededbudget", "exceededtokenbudget",
                "exceededuserbudget", "exceededteambudget", "exceededcurrentquota", "accountdeactivated",
                "accountsuspended", "accessterminated", "arrear", "accountoverdue", "freetieronly", "spendinglimit",
                "quotaexhausted", "quotaexceeded", "preconsumetokenquota", "setlimitexceeded",
            ], .spent
        ),
        (
            [
                "ratelimit", "rateexceeded", "ratequota", "burstrate", "toomanyrequest", "throttl", "resourceexhausted",
                "limitrequests", "requestlimit", "concurrencylimit", "qpslimit", "rpmlimit", "tpmlimit", "qpsoverflow",
            ], .status(429)
        ),
        (
            [
                "overload", "unavailable", "serverbusy", "systembusy", "modelbusy", "queuefull", "notready", "capacity",
            ], .status(503)
        ),
        (["timeout", "deadlineexceeded"], .status(504)),
        (["authentication", "unauthorized", "unauthenticated", "invalidapikey", "apikeyinvalid"], .status(401)),
        (["permission", "forbidden", "accessdenied"], .status(403)),
        (["notfound", "nosuchmodel"], .status(404)),
        (
            [
                "invalidrequest", "badrequest", "invalidparameter", "invalidargument", "validation", "unprocessable",
                "contextlength", "contextsize", "contentfilter", "datainspection", "contentpolicy",
            ], .status(400)
        ),
    ]

    private static let spentSentences = """
        credit balance, insufficient balance, balance is insufficient, balance is not enough, not enough balance,
        insufficient account balance, insufficient credit, insufficient fund, insufficient quota,
        insufficient_quota, out of credits, no credits, requires more credits, credits have been,
        used all available credits, included credits, credits expired, credit limit exceeded,
        exceeded your current quota, quota exhausted, quota has been exhausted, monthly quota, usage limit reached,
        usage limit has been reached, monthly usage limit, api usage limits, budget has been exceeded, over budget,
        budget exceeded, exceeded budget, exceeded_budget, exceeded its budget, exceeded your budget,
        exceeded the budget, crossed budget, exceededbudget, exceededtokenbudget, exceededuserbudget,
        exceededteambudget, exceededmodelbudget, spending limit, spend limit, spending cap, payment required,
        past due, overdue, arrear, in good standing, suspended, billing hard limit, billing_hard_limit,
        plan and billing, daily free allocation, free tier of the model has been exhausted, 余额, 欠费, 额度不足, 额度已用
        """.phrases
    private static let rateSentences = """
        rate limit, rate-limit, ratelimit, too many requests, request limit reached, flow control, code: 429,
        status code 429, status_code=429, http 429, (429), 429 too many, requests per minute, tokens per minute,
        throttl, qps request limit, 请求过多, 并发, 频率, 速率限制
        """.phrases
    private static let busySentences = """
        overloaded, server is busy, system is busy, is currently busy, system is really busy, too busy, code: 503,
        status code 503, status_code=503, http 503, queue is full, at capacity, capacity temporarily exceeded,
        temporarily unavailable, server busy, pending requests exceeded, high traffic, high demand,
        model is loading, still loading, currently loading, being loaded, server loading model,
        not ready for inference, not ready yet, 负载已饱和, 访问量过大, 繁忙
        """.phrases
}

extension ErrorMeaning {
    /// Who counts errors in numbers of their own.
    enum Vendor: Sendable { case miniMax, baidu, zhipu, cloudflare, siliconFlow, iFlytek }

    /// The meaning of a vendor's number; nil where it says nothing that another way of asking would heed.
    init?(_ vendor: Vendor, _ number: Int) {
        let rows: [(numbers: Set<Int>, meaning: ErrorMeaning)] =
            switch vendor {
            case .miniMax:
                [
                    ([1008, 2056, 2061], .spent), ([1002, 1039, 1041, 2045], .status(429)), ([1001], .status(504)),
                    ([1004, 2049], .status(401)), ([1026, 1027, 1042, 2013], .status(400)),
                ]
            case .baidu:
                [
                    ([17, 19], .spent), ([4, 18, 336_501, 336_502], .status(429)), ([2, 336_100], .status(503)),
                    ([6, 13, 14, 110, 111], .status(401)), ([336_001, 336_002, 336_003, 336_103], .status(400)),
                ]
            case .zhipu:
                [
                    ([1113, 1304, 1308, 1309, 1310], .spent), ([1302, 1303, 1305, 1312, 1313], .status(429)),
                    ([1000, 1001, 1002, 1003, 1004, 1110, 1112], .status(401)), ([1220], .status(403)),
                    ([1210, 1211, 1212, 1213, 1214, 1215, 1261, 1301], .status(400)),
                ]
            case .cloudflare:
                [
                    ([3036], .spent), ([3040], .status(429)), ([3007, 3008], .status(504)),
                    ([9109, 10_000], .status(401)), ([5004, 5005, 3003, 3006, 3042, 5007], .status(400)),
                ]
            case .siliconFlow:
                [
                    ([30_001], .spent), ([50_505, 50_603], .status(503)), ([50_501, 50_502, 50_504], .status(502)),
                    ([20_012, 20_015, 20_042], .status(400)),
                ]
            case .iFlytek:
                [
                    ([11_200, 11_201], .spent), ([11_202, 11_203, 10_007], .status(429)),
                    ([10_013, 10_014], .status(400)),
                ]
            }
        guard let found = rows.first(where: { $0.numbers.contains(number) }) else { return nil }
        self = found.meaning
    }
}
