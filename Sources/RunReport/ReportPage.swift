import FilesOnDisk
import Foundation

/// A page for browsing a run: one HTML file that needs no network, and nothing but the pictures and sounds it points
/// to. The same items give the same bytes.
public struct ReportPage: Sendable {
    public static let fileName = "index.html"

    private let title: String
    private let items: [ReportItem]
    private let command: String?

    /// - Parameters:
    ///   - title: the heading, usually the folder's name.
    ///   - items: in the order of their names.
    ///   - command: the command that made the items; nil where it is not known.
    public init(title: String, items: [ReportItem], command: String? = nil) {
        (self.title, self.items, self.command) = (title, items, command)
    }

    /// Writes `index.html` into the folder, whole or not at all. An earlier report page is replaced; any other file of
    /// that name is not.
    ///
    /// - Throws: `AtomicFileError`.
    public func write(into folder: URL) throws {
        let file = folder.appending(path: Self.fileName)
        try AtomicFile.write(Data(html().utf8), to: file, overwrite: Self.isPage(file))
    }

    /// Checks beforehand whether `write` can succeed.
    ///
    /// - Throws: the `AtomicFileError` that `write` would.
    public static func check(_ folder: URL) throws {
        let file = folder.appending(path: fileName)
        try AtomicFile.check(file, overwrite: isPage(file))
    }

    /// Returns the page. Throws where a score is not a number.
    func html() throws -> String {
        let tally = ReportTally(items)
        let values = try [
            "title": Self.escaped(title), "tally": tally.text, "heading": tally.html,
            "command": Self.escaped(command ?? ""), "style": Self.style, "script": Self.script,
            "data": PageData(items).json(),
        ]
        // The template is split first, so marks inside values are never replaced.
        let pieces = Self.template.split(separator: "{{", omittingEmptySubsequences: false)
        return pieces.dropFirst().reduce(into: String(pieces[0])) { page, piece in
            let parts = piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            page += values[String(parts[0])]! + parts[1]
        }
    }

    /// Escapes text for use within an element of HTML.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    static let template = text(PackageResources.page_html)
    static let style = text(PackageResources.style_css)
    static let script = [
        PackageResources.items_js, PackageResources.sheet_js, PackageResources.player_js, PackageResources.cells_js,
        PackageResources.favourites_js, PackageResources.details_js, PackageResources.main_js,
    ].map(text).joined(separator: "\n")

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the file is a page of this program, recognised by its beginning.
    private static func isPage(_ file: URL) -> Bool {
        guard let beginning = try? FileHandle(forReadingFrom: file).read(upToCount: 512) else { return false }
        return String(decoding: beginning, as: UTF8.self).contains(#"<meta name="generator" content="fusemix-gen">"#)
    }
}
