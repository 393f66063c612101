import Foundation
import SoundBridge
import Synchronization
import TestSupport
import Testing

@testable import PictureServer

/// Servers in this process, and clients that behave badly.
@Suite(.serialized)
struct PictureServerTests {
    /// Runs `body` with the port of a server with the bundled models, which ends with it.
    private func serving(
        _ limits: ServerLimits = ServerLimits(),
        _ body: @escaping @Sendable (UInt16, PictureServer) async throws -> Void
    ) async throws {
        var settings = ServerSettings()
        (settings.port, settings.limits) = (0, limits)
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        let search = ModelSearch(models: Checkout.models)
        let server = try PictureServer(
            settings, models: ["default", "class-names"], onListening: { continuation.yield($0) },
            open: { try OpenModel(search.bundle($0)) })
        let running = Task { try await server.run() }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        let port = try #require(URL(string: address)?.port)
        try await body(UInt16(port), server)
        running.cancel()
        _ = try? await running.value
    }

    private func metric(_ name: String, _ port: UInt16) async throws -> Int {
        let text = try await RawClient(port: port).ask("GET", "/metrics")
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        return line.flatMap { Int($0.dropFirst(name.count + 1).filter(\.isNumber)) } ?? 0
    }

    /// Waits, some seconds at most, until nothing is drawn and nothing waits.
    private func waitUntilIdle(_ port: UInt16) async throws {
        for _ in 0..<400 {
            if try await metric("fusemix_waiting_pictures", port) == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("Work goes on that nobody waits for.")
    }

    @Test func aClientThatHangsUpStopsItsWork() async throws {
        try await serving { port, _ in
            let body = #"{"prompt": "a wolf", "count": 8, "steps": 200}"#
            for accept in ["application/json", "text/event-stream"] {
                let client = try RawClient(port: port)
                client.send(
                    "POST /v1/pictures HTTP/1.1\r\nHost: localhost\r\nAccept: \(accept)\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
                )
                if accept == "text/event-stream" { try await client.read(until: "event: step") }
                while try await metric("fusemix_waiting_pictures", port) == 0 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                client.hangUp()
                try await waitUntilIdle(port)
            }
            #expect(try await metric("fusemix_pictures_total", port) == 0)
        }
    }

    @Test func slowClientsAreNotWaitedFor() async throws {
        var limits = ServerLimits()
        limits.patience = 1
        try await serving(limits) { port, _ in
            let (silent, halfHead, halfBody) = try (RawClient(port: port), RawClient(port: port), RawClient(port: port))
            halfHead.send("POST /v1/pictures HTTP/1.1\r\nHo")
            halfBody.send("POST /v1/pictures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"prompt\"")
            #expect(try await silent.rest() == "")
            #expect(try await halfHead.rest() == "")
            let answer = try await halfBody.rest()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
            #expect(try await RawClient(port: port).ask("GET", "/healthz").hasPrefix("HTTP/1.1 200"))
            #expect(try await metric("fusemix_request_bytes_in_memory", port) == 0)
        }
    }

    @Test func boundsAreToldOf() async throws {
        var limits = ServerLimits()
        (limits.bodyBytes, limits.allBodyBytes, limits.queue, limits.count) = (2000, 3000, 2, 2)
        try await serving(limits) { port, _ in
            func ask(_ body: String, _ headers: String = "") async throws -> String {
                try await RawClient(port: port).ask("POST", "/v1/pictures", body, headers: headers)
            }
            #expect(try await ask(String(repeating: " ", count: 2001)).hasPrefix("HTTP/1.1 413"))
            // Chunks do not say beforehand how many come.
            let client = try RawClient(port: port)
            client.send("POST /v1/pictures HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<3 { client.send("3e8\r\n\(String(repeating: " ", count: 1000))\r\n") }
            #expect(try await client.rest().hasPrefix("HTTP/1.1 413"))
            #expect(try await ask("x", "Content-Type: text/plain\r\n").hasPrefix("HTTP/1.1 415"))
            #expect(try await ask(#"{"sound": "AAAA"}"#).hasPrefix("HTTP/1.1 422"))
            #expect(try await ask(#"{"prompt": "a", "model": "../default"}"#).hasPrefix("HTTP/1.1 400"))
            for (body, code) in [
                (#"{"prompt": "a", "scheduler": "karras"}"#, "invalid_scheduler"),
                (#"{"prompt": "a", "steps": 0}"#, #""field":"steps""#), (#"{"prompt": "a {sound}"}"#, "no_sound"),
            ] {
                let refused = try await ask(body)
                #expect(refused.hasPrefix("HTTP/1.1 400") && refused.contains(code), "\(refused)")
            }

            let busy = try RawClient(port: port)
            let body = #"{"prompt": "a wolf", "count": 2, "steps": 200}"#
            busy.send(
                "POST /v1/pictures HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
            )
            try await busy.read(until: "event: step")
            let refused = try await ask(#"{"prompt": "a"}"#)
            #expect(refused.hasPrefix("HTTP/1.1 503") && refused.contains("Retry-After: "), "\(refused)")
            busy.hangUp()
            try await waitUntilIdle(port)
            #expect(try await ask(#"{"prompt": "a", "steps": 1}"#).hasPrefix("HTTP/1.1 200"))
        }
    }

    /// Requests for two models in turn all get their own.
    @Test func everyRequestGetsItsModel() async throws {
        try await serving { port, _ in
            let models = (0..<8).map { $0 % 2 == 0 ? "default" : "class-names" }
            try await withThrowingTaskGroup(of: (String, String).self) { group in
                for model in models {
                    group.addTask {
                        let body = #"{"prompt": "a wolf", "steps": 1, "model": "\#(model)"}"#
                        return (
                            model,
                            try await RawClient(port: port).ask(
                                "POST", "/v1/pictures", body, headers: "Accept: application/json\r\n")
                        )
                    }
                }
                for try await (model, answer) in group { #expect(answer.contains(#""model":"\#(model)""#)) }
            }
        }
    }
}
