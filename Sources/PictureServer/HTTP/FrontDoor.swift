import Foundation
import HTTPTypes
import Hummingbird

/// The way of every request: who asks is checked, then the handler of its address answers; errors become answers, and
/// answers are counted.
struct FrontDoor: HTTPResponder {
    typealias Context = ServerContext

    let routes: Routes
    let guests: GuestCheck
    let metrics: ServerMetrics

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let start = ContinuousClock.now
        let path = request.uri.path
        var response: Response
        do {
            try guests.check(request, path: path)
            response = try await routes.answer(request, context)
        } catch is CancellationError {
            // Nobody is there to read it.
            response = Problem(ServerError.closing).response
        } catch {
            response = routes.problem(error, at: path)
            // What the client is still sending would be read to its end.
            if response.status == .contentTooLarge || response.status == .requestTimeout {
                let channel = context.channel
                channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
            }
        }
        for (name, value) in Self.headers { response.headers[name] = value }
        metrics.answered(
            route: routes.has(path) ? path : "other", status: response.status.code,
            seconds: start.duration(to: .now) / .seconds(1))
        return response
    }

    /// Pages of others may neither frame the answers nor read them, and what is sent is what it says it is.
    private static let headers: [(HTTPField.Name, String)] = [
        (.xContentTypeOptions, "nosniff"), (HTTPField.Name("X-Frame-Options")!, "DENY"),
        (HTTPField.Name("Referrer-Policy")!, "no-referrer"),
        (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
    ]
}

/// The addresses of the server, with the methods that each takes.
struct Routes: Sendable {
    typealias Handler = @Sendable (Request, ServerContext) async throws -> Response

    private var handlers: [String: [HTTPRequest.Method: Handler]] = [:]
    /// Makes an answer of an error, for addresses whose clients expect a form of their own.
    private var problems: [(prefix: String, answer: @Sendable (Problem) -> Response)] = []

    /// Methods by address.
    var methods: [String: [String]] { handlers.mapValues { $0.keys.map(\.rawValue).sorted() } }

    func has(_ path: String) -> Bool { handlers[path] != nil }

    mutating func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        handlers[path, default: [:]][method] = handler
        if method == .get { handlers[path]?[.head] = handler }
    }

    mutating func problems(below prefix: String, _ answer: @escaping @Sendable (Problem) -> Response) {
        problems.append((prefix, answer))
    }

    /// Throws `ServerError.notFound`, `.method`, and what the handler throws.
    func answer(_ request: Request, _ context: ServerContext) async throws -> Response {
        guard let methods = handlers[request.uri.path] else { throw ServerError.notFound }
        guard let handler = methods[request.method] else {
            throw ServerError.method(allowed: methods.keys.map(\.rawValue).sorted())
        }
        var response = try await handler(request, context)
        if request.method == .head { response.body = ResponseBody() }
        return response
    }

    func problem(_ error: any Error, at path: String) -> Response {
        let problem = Problem(error)
        return problems.first { path.hasPrefix($0.prefix) }?.answer(problem) ?? problem.response
    }
}
