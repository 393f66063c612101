import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the bodies of requests, as far as they are not too large, too slow or too many at once.
struct RequestReader: Sendable {
    let limits: ServerLimits
    /// Bytes of requests in memory.
    let bytes: Budget

    init(_ limits: ServerLimits) {
        self.limits = limits
        bytes = Budget(limits.allBodyBytes)
    }

    /// Reads the body and runs `work` on it, while its bytes are counted.
    ///
    /// Throws `ServerError`, and what `work` throws.
    func callAsFunction<Value: Sendable>(
        _ request: Request, _ work: (Data) async throws -> Value
    ) async throws -> Value {
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        guard declared ?? 0 <= limits.bodyBytes else { throw ServerError.bodyTooLarge(bytes: limits.bodyBytes) }
        let share = declared ?? limits.bodyBytes
        guard bytes.take(share) else { throw ServerError.busy(retryAfter: 5) }
        defer { bytes.giveBack(share) }
        return try await work(body(of: request))
    }

    private func body(of request: Request) async throws -> Data {
        let limit = limits.bodyBytes
        let patience = limits.patience
        return try await withThrowingTaskGroup(of: Data?.self) { group in
            group.addTask {
                do {
                    return Data(buffer: try await request.body.collect(upTo: limit))
                } catch is NIOTooManyBytesError {
                    throw ServerError.bodyTooLarge(bytes: limit)
                } catch let error as HTTPError where error.status == .contentTooLarge {
                    throw ServerError.bodyTooLarge(bytes: limit)
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(patience))
                return nil
            }
            defer { group.cancelAll() }
            guard let body = try await group.next() ?? nil else { throw ServerError.slow }
            return body
        }
    }

    /// Reads the fields of a JSON object or a form. Throws `ServerError`, and what `work` throws.
    func fields<Value: Sendable>(
        _ request: Request, _ work: (Fields) async throws -> Value
    ) async throws -> Value {
        let type = HeaderValue(request.headers[.contentType] ?? "application/json")
        return try await self(request) { body in
            switch type.value {
            case "application/json": return try await work(Fields(json: body))
            case "multipart/form-data":
                guard let boundary = type["boundary"], !boundary.isEmpty, boundary.utf8.count <= 100 else {
                    throw ServerError.malformed("The form has no boundary.")
                }
                return try await work(Fields(form: body, boundary: boundary))
            default: throw ServerError.mediaType(String(type.value.prefix(100)).onOneLine)
            }
        }
    }
}
