import ArgumentParser
import FilesOnDisk
import Foundation
import SoundBridge

/// `fusemix-gen models`: the installed models, checked against their checksums.
struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Lists the installed models and verifies their files (sha256).",
        usage: "fusemix-gen models [--json]",
        discussion: """
            Exit code 3 when no model is found or a file is changed or missing. A component without a SHA256SUMS, \
            such as a downloaded one, is unlisted.
            """)

    @Flag(help: "Print one JSON object a component.")
    var json = false

    func run() throws {
        let (root, bundles) = try ModelSearch().installed()
        if !json { try Console.result("Models in \(root.path(percentEncoded: false))".printable) }
        var areVerified = true
        for bundle in bundles {
            if !json { try Console.result("\(bundle.name): \(bundle.summary)".printable) }
            for (role, directory) in bundle.componentDirectories {
                let component = try Component(bundle: bundle.name, role: role, directory: directory)
                try Console.result(json ? jsonLine(component) : component.line.printableLines)
                areVerified = areVerified && component.status != .changed && component.status != .missing
            }
        }
        if !areVerified { throw ExitCode(3) }
    }

    /// One component of a bundle, as printed.
    private struct Component: Encodable {
        enum Status: String, Encodable {
            case verified, changed, missing
            /// The folder holds no SHA256SUMS, as is usual for a downloaded one.
            case unlisted
        }

        let bundle: String
        let role: ModelBundle.Role
        let name: String
        let bytes: Int
        let status: Status
        /// Files that differ from their checksums.
        let differing: [String]

        init(bundle: String, role: ModelBundle.Role, directory: URL) throws {
            (self.bundle, self.role, name) = (bundle, role, directory.lastPathComponent)
            bytes = Self.size(of: directory)
            let hasList = Self.exists(directory.appending(path: "SHA256SUMS"))
            let wrong = hasList ? try Checksums(verifying: directory).files.filter { $0.status != .verified } : []
            differing = wrong.map(\.path)
            status =
                if !Self.exists(directory) || wrong.contains(where: { $0.status == .missing }) {
                    .missing
                } else if !hasList { .unlisted } else { wrong.isEmpty ? .verified : .changed }
        }

        var line: String {
            let padded = role.rawValue.padding(toLength: 14, withPad: " ", startingAt: 0)
            let named = name.padding(toLength: 24, withPad: " ", startingAt: 0)
            let size = String(format: "%6.1f MB", Double(bytes) / 1e6)
            let detail = differing.isEmpty ? "" : ": \(differing.joined(separator: ", "))"
            return "  \(padded)\(named)\(size)  \(status.rawValue)\(detail)"
        }

        private static func exists(_ url: URL) -> Bool {
            FileManager.default.fileExists(atPath: url.path(percentEncoded: false))
        }

        private static func size(of directory: URL) -> Int {
            let files = try? FileManager.default.contentsOfDirectory(
                at: directory, includingPropertiesForKeys: [.fileSizeKey])
            return files?.reduce(0) { $0 + ((try? $1.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0) } ?? 0
        }
    }
}
