import FilesOnDisk
import Foundation
import HTTPTypes
import Hummingbird

/// The page, one file with all that it needs; its policy lets a browser run nothing else and ask nobody else.
struct ServerPage: Sendable {
    private let html: Data
    private let policy: String

    init() {
        let style = Self.text(PackageResources.style_css)
        let script = [
            PackageResources.text_js, PackageResources.errors_js, PackageResources.sound_js, PackageResources.server_js,
            PackageResources.settings_js, PackageResources.gallery_js, PackageResources.main_js,
        ].map(Self.text).joined(separator: "\n")
        html = Data(
            Self.text(PackageResources.page_html).replacing("{{style}}", with: style)
                .replacing("{{script}}", with: script).utf8)
        policy = """
            default-src 'none'; script-src '\(Self.hash(script))'; style-src '\(Self.hash(style))'; \
            img-src 'self' blob: data:; media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
            frame-ancestors 'none'
            """
    }

    func add(to routes: inout Routes) {
        routes.on(.get, "/") { _, _ in
            .bytes(html, "text/html; charset=utf-8", [HTTPField.Name("Content-Security-Policy")!: policy])
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A source of the policy: a checksum of the text between the tags.
    private static func hash(_ text: String) -> String {
        "sha256-\((SHA256.digest(of: Data(text.utf8)) ?? Data()).base64EncodedString())"
    }
}
