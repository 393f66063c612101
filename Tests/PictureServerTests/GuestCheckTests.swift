import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import PictureServer

struct GuestCheckTests {
    private func check(
        _ settings: ServerSettings = ServerSettings(), host: String? = "127.0.0.1:7860", path: String = "/v1/models",
        _ headers: [String: String] = [:], method: HTTPRequest.Method = .post
    ) throws {
        var head = HTTPRequest(method: method, scheme: "http", authority: host, path: path)
        for (name, value) in headers { head.headerFields[HTTPField.Name(name)!] = value }
        try GuestCheck(settings).check(Request(head: head, body: RequestBody(buffer: ByteBuffer())), path: path)
    }

    @Test(arguments: ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:7860", "127.1.2.3:80", "[::1]:7860"])
    func loopbackIsOurs(_ host: String) throws { try check(host: host) }

    @Test(arguments: [
        nil, "", "evil.com", "evil.com:7860", "127.0.0.1.evil.com", "localhost.evil.com", "127.evil.com", "192.168.1.5",
        "0.0.0.0:7860", "[::2]",
    ])
    func otherNamesAreNot(_ host: String?) {
        #expect { try check(host: host) } throws: { if case ServerError.host = $0 { true } else { false } }
    }

    @Test func aServerOfTheNetworkAnswersToAddressesAndItsNames() throws {
        var settings = ServerSettings()
        (settings.host, settings.names, settings.key) = ("0.0.0.0", ["pictures.example"], "k")
        let key = ["Authorization": "Bearer k"]
        for host in ["192.168.1.5:7860", "[fe80::1]", "pictures.example"] { try check(settings, host: host, key) }
        #expect(throws: ServerError.self) { try check(settings, host: "evil.com", key) }
    }

    @Test(arguments: ["http://evil.com", "null", "http://127.0.0.1:7861", "http://localhost:7860", "file://"])
    func pagesOfOthersAreRefused(_ origin: String) {
        #expect { try check(["Origin": origin]) } throws: { if case ServerError.origin = $0 { true } else { false } }
    }

    @Test func itsOwnPageAndOtherProgramsAreNot() throws {
        try check(["Origin": "http://127.0.0.1:7860", "Sec-Fetch-Site": "same-origin"])
        try check(["Sec-Fetch-Site": "none"])
        #expect(throws: ServerError.self) { try check(["Sec-Fetch-Site": "cross-site"]) }
        #expect(throws: ServerError.self) { try check(["Sec-Fetch-Site": "same-site"]) }
        // A link to the page.
        try check(path: "/", ["Sec-Fetch-Site": "cross-site"], method: .get)
    }

    @Test(arguments: [
        ("Bearer secret", true), ("bearer secret", true), ("Basic dXNlcjpzZWNyZXQ=", true), ("Bearer secret2", false),
        ("Bearer secreu", false), ("Bearer", false), ("secret", false), ("Basic c2VjcmV0", false), ("Basic *", false),
    ])
    func aKeyIsAskedFor(_ authorization: String, _ isRight: Bool) throws {
        var settings = ServerSettings()
        settings.key = "secret"
        let passes = (try? check(settings, ["Authorization": authorization])) != nil
        #expect(passes == isRight)
        #expect(throws: ServerError.noKey) { try check(settings) }
        for path in ["/", "/healthz", "/openapi.json"] { try check(settings, path: path) }
    }

    @Test func othersReachNoServerWithoutAKey() {
        var settings = ServerSettings()
        settings.host = "0.0.0.0"
        #expect(throws: ServerSettingsError.noKey(host: "0.0.0.0")) {
            try PictureServer(settings, models: ["default"]) { _ in throw CancellationError() }
        }
    }

    private func check(_ headers: [String: String]) throws { try check(ServerSettings(), headers) }
}
