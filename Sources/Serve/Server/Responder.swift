import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Synchronization

/// From a request's head to its answer: finds the route, asks who calls, hands over, counts and logs.
final class Responder: Sendable {
    private let table: RouteTable
    private let unmatched: RouteStatistics
    private let credentials: Credentials
    private let origin: OriginCheck
    private let budget: ByteBudget
    private let log: AccessLog
    private let date = HTTPDate()
    private let requestPrefix = String(UInt32.random(in: .min ... .max), radix: 36) + "-"
    private let requestCount = Atomic<UInt64>(0)

    init(table: RouteTable, unmatched: RouteStatistics, credentials: Credentials, budget: ByteBudget, log: AccessLog) {
        self.table = table
        self.unmatched = unmatched
        self.credentials = credentials
        origin = OriginCheck(isOpen: credentials.isOpen)
        self.budget = budget
        self.log = log
    }

    func respond(to request: Request, _ writer: consuming ResponseWriter, _ connection: Connection) async throws {
        let start = ContinuousClock.now
        let target = request.head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = mark.map { String(target[..<$0]) } ?? target
        let query = mark.map { String(target[target.index(after: $0)...]) } ?? ""
        let id = requestID(request)
        var statistics = unmatched
        var principal: Principal?
        var reply: Reply
        var message: String?
        do {
            // Before anything else: to a page of another site nothing is here.
            try origin.check(request)
            let (route, parameters) = try table.route(request.method, path)
            statistics = route.statistics
            if let scope = route.scope {
                let caller = try caller(of: request, on: route)
                principal = caller
                guard caller.may(scope) || route.orScope.map(caller.may) ?? false else {
                    throw APIError(
                        status: .forbidden, code: "forbidden", message: "this token does not allow '\(scope.rawValue)'")
                }
                if route.changesState || caller.isSession { try ContentTypeCheck.check(request) }
            }
            let call = Call(
                request: request, id: id, parameters: parameters, query: query, principal: principal ?? .local,
                start: start, reservation: ByteReservation(budget), connection: connection)
            if let known = route.query { try call.checkQuery(known) }
            reply = try await route.handler(call)
        } catch let error as APIError {
            reply = Self.isForPeople(request, path) ? PageFrame.reply(error) : error.reply
            message = error.message
        } catch is SignInNeeded {
            reply = SignInRoutes.redirect(to: "/sign-in?next=" + PercentEncoding.encode(target))
        } catch  where error is HTTPParserError || error is ChannelError || error is IOError {
            // The client broke off or broke the grammar: the connection's handler answers and closes.
            statistics.record(status: 499, seconds: (ContinuousClock.now - start) / .seconds(1))
            throw error
        } catch is CancellationError where connection.presence.isOver {
            statistics.record(status: 499, seconds: (ContinuousClock.now - start) / .seconds(1))
            log.request(
                id: id, method: request.method.rawValue, path: path, status: 499,
                seconds: (ContinuousClock.now - start) / .seconds(1), principal: principal?.name ?? "",
                message: "the client left or the server stops: what was done is ended")
            throw CancellationError()
        } catch {
            // What failed inside is for those who run the server: it may name files, tables and settings.
            message = "\(error)"
            let told = error is CancellationError ? .overloaded("the server is stopping") : APIError.noRoom(error)
            reply = (told ?? .inside(id)).reply
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        statistics.record(status: reply.status.code, seconds: seconds)
        log.request(
            id: id, method: request.method.rawValue, path: path, status: reply.status.code, seconds: seconds,
            principal: principal?.name ?? "", message: message)
        var response = reply.response(requestID: id, isHead: request.method == .head)
        response.headers[.date] = date.text
        try await writer.write(response: response.head, body: response.body)
    }

    // A browser that was led to an address of ours, and not to the API, gets a page.
    private static func isForPeople(_ request: Request, _ path: String) -> Bool {
        request.method == .get && !path.hasPrefix("/v1/") && request.headers[.accept]?.contains("text/html") ?? false
    }

    private struct SignInNeeded: Error {}

    private func caller(of request: Request, on route: Route) throws -> Principal {
        do {
            return try credentials.principal(request.headers)
        } catch let error as APIError {
            if route.isPage, !request.headers.contains(.authorization),
                request.headers[.accept]?.contains("text/html") ?? false
            {
                throw SignInNeeded()
            }
            throw error
        }
    }

    // A client's own id is kept when it is short and plain, so that its logs and ours meet.
    private func requestID(_ request: Request) -> String {
        if let given = request.headers[.requestID], (1...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x7A).contains($0) || $0 == 0x2D })
        {
            return given
        }
        return requestPrefix + String(requestCount.add(1, ordering: .relaxed).newValue, radix: 36)
    }
}
