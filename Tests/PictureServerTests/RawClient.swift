import Foundation
import Testing

/// A client that writes what it likes, as slowly as it likes.
///
/// It waits on a thread of its own, not on one of Swift's pool, which the server needs. Unchecked: it does one thing at a time.
final class RawClient: @unchecked Sendable {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        // No read waits for ever.
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
    }

    deinit { hangUp() }

    private var isOpen = true

    func hangUp() {
        if isOpen { close(descriptor) }
        isOpen = false
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends a request; returns the answer's status line and all that follows, until the server closes.
    func ask(_ method: String, _ path: String, _ body: String = "", headers: String = "") async throws -> String {
        send(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return try await rest()
    }

    /// Reads until the server closes; a time-out is a failure.
    func rest() async throws -> String {
        try await waiting {
            var data = Data()
            while let part = try self.receive() { data += part }
            return String(decoding: data, as: UTF8.self)
        }
    }

    /// Reads until some text has come.
    func read(until mark: String) async throws {
        try await waiting {
            var data = Data()
            while !String(decoding: data, as: UTF8.self).contains(mark) {
                data += try #require(try self.receive(), "“\(mark)” did not come")
            }
        }
    }

    private func receive() throws -> Data? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        try #require(count >= 0 || errno == ECONNRESET, "the server neither answers nor closes")
        return count > 0 ? Data(buffer[..<count]) : nil
    }

    private func waiting<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { done in
            Thread.detachNewThread { done.resume(with: Result { try body() }) }
        }
    }
}
