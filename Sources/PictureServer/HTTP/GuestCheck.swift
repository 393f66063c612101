import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Decides who may ask.
///
/// A page that a browser shows may send requests to any address that the browser reaches, and a name that it controls may be
/// turned to 127.0.0.1 after it was loaded (DNS rebinding). So the server answers under its own names only, and only to pages
/// that it has served itself.
struct GuestCheck: Sendable {
    private let hosts: Set<String>
    private let answersToAddresses: Bool
    private let key: [UInt8]?
    /// Addresses that need no key: the page, which asks for the key itself, and what watchdogs read.
    private static let open: Set<String> = ["/", "/healthz", "/openapi.json"]

    init(_ settings: ServerSettings) {
        hosts = Set((["localhost", settings.host] + settings.names).map { $0.lowercased() })
        answersToAddresses = !settings.isLoopback
        key = settings.key.map { Array($0.utf8) }
    }

    /// Throws `ServerError.host`, `.origin`, `.noKey`.
    func check(_ request: Request, path: String) throws {
        let host = request.head.authority ?? ""
        guard isOurs(host) else { throw ServerError.host(Self.short(host)) }
        // “null” is a sandboxed page's, or a file's.
        if let origin = request.headers[.origin] {
            guard let end = origin.range(of: "://"), origin[end.upperBound...].lowercased() == host.lowercased() else {
                throw ServerError.origin(Self.short(origin))
            }
        } else if let site = request.headers[Self.fetchSite], site != "same-origin", site != "none",
            request.method != .get
        {
            throw ServerError.origin(Self.short(site))
        }
        guard let key, !Self.open.contains(path) else { return }
        guard Self.isEqual(Self.keySent(with: request), key) else { throw ServerError.noKey }
    }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!

    private func isOurs(_ authority: String) -> Bool {
        var host = authority.lowercased()
        if host.hasPrefix("[") {
            host = String(host.dropFirst().prefix { $0 != "]" })
        } else if let colon = host.lastIndex(of: ":") {
            host = String(host[..<colon])
        }
        if hosts.contains(host) || host.hasPrefix("127.") && Self.isAddress(host) || host == "::1" { return true }
        // A name can be turned to another address, an address cannot.
        return answersToAddresses && Self.isAddress(host)
    }

    private static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

    /// `Authorization: Bearer KEY`, as OpenAI's clients send it, or `Basic`, whose password counts, as those of
    /// stable-diffusion-webui do.
    private static func keySent(with request: Request) -> [UInt8] {
        let parts = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return [] }
        switch parts[0].lowercased() {
        case "bearer": return Array(parts[1].utf8)
        case "basic":
            let text = Data(base64Encoded: String(parts[1])).map { String(decoding: $0, as: UTF8.self) } ?? ""
            return Array(text.drop { $0 != ":" }.dropFirst().utf8)
        default: return []
        }
    }

    /// Takes as long for a wrong key as for a nearly right one.
    private static func isEqual(_ found: [UInt8], _ key: [UInt8]) -> Bool {
        guard found.count == key.count else { return false }
        return zip(found, key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func short(_ text: String) -> String { String(text.prefix(100)).onOneLine }
}
