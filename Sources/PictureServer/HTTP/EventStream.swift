import Foundation
import Hummingbird
import Synchronization

/// Server-sent events (HTML standard, “text/event-stream”): names with JSON.
enum EventStream {
    /// The way to a client; events are sent in their order.
    final class Writer: Sendable {
        private let continuation: AsyncStream<String>.Continuation
        private let unsent = Atomic(0)

        fileprivate let lines: AsyncStream<String>

        fileprivate init() { (lines, continuation) = AsyncStream.makeStream() }

        /// Whether the client has yet to read several events.
        var isBehind: Bool { unsent.load(ordering: .relaxed) > 4 }

        func send(_ name: String, _ value: some Encodable) {
            guard let data = try? JSONEncoder.ofEvents.encode(value) else { return }
            unsent.add(1, ordering: .relaxed)
            continuation.yield("event: \(name)\ndata: \(String(decoding: data, as: UTF8.self))\n\n")
        }

        fileprivate func hasSent() { unsent.subtract(1, ordering: .relaxed) }
        fileprivate func finish() { continuation.finish() }
    }

    /// Sends what `work` tells, and at its end the error that it throws, if any. Work ends when the client goes away.
    static func response(
        _ context: ServerContext, _ work: @escaping @Sendable (Writer) async throws -> Void
    ) -> Response {
        let body = ResponseBody { writer in
            let events = Writer()
            let worker = Task {
                do {
                    try await context.whileConnected { try await work(events) }
                } catch {
                    events.send("error", Problem(error).content)
                }
                events.finish()
            }
            do {
                for await line in events.lines {
                    try await writer.write(ByteBuffer(string: line))
                    events.hasSent()
                }
            } catch {
                worker.cancel()
                throw error
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
}

extension JSONEncoder {
    fileprivate static var ofEvents: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
