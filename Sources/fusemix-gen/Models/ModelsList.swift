import ArgumentParser
import FilesOnDisk
import Foundation
import SoundBridge

/// `fusemix-gen models list`: the installed models, checked against their checksums, and those that were added.
struct ModelsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the models, and verifies the files of the installed ones (sha256).",
        usage: "fusemix-gen models [list] [--json]",
        discussion: """
            Exit code 3 when no model is found or a file is changed or missing. A component without a SHA256SUMS, \
            such as a downloaded one, is unlisted. Of models that were added only their presence is told; \
            fusemix-gen models check looks into one.
            """)

    @Flag(help: "Print one JSON object a component, and one an added model.")
    var json = false

    func run() throws {
        let search = ModelSearch()
        let (root, bundles) = try search.installed()
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
        let added = search.added.entries.map { Added($0, search) }
        if let folder = search.added.folder, !added.isEmpty, !json {
            try Console.result("Added in \(folder.path(percentEncoded: false))".printable)
        }
        for model in added { try Console.result(json ? jsonLine(model) : "  \(model.line)".printable) }
        if !areVerified || added.contains(where: { $0.status == .missing }) { throw ExitCode(3) }
    }

    /// A model that was added, as printed.
    struct Added: Encodable {
        enum Status: String, Encodable {
            case present, missing, unreadable
        }

        let added: String
        let path: String
        let copy: Bool
        /// What it is; nil where it cannot be opened.
        let kind: String?
        let bytes: Int?
        let status: Status

        init(_ entry: AddedModels.Entry, _ search: ModelSearch) {
            (added, copy) = (entry.name, entry.isCopy)
            path = entry.location.path(percentEncoded: false)
            let model = entry.isPresent ? (try? search.textToImage(path)) ?? nil : nil
            let check = model.flatMap { try? ModelCheck($0, at: entry.location) }
            (kind, bytes) = (check?.kind, check?.bytes)
            status = check != nil ? .present : entry.isPresent ? .unreadable : .missing
        }

        var line: String {
            let named = added.padding(toLength: max(20, added.count), withPad: " ", startingAt: 0)
            let size = bytes.map { String(format: "%.1f MB", Double($0) / 1e6) }
            return "\(named)  \([kind, size, path, status.rawValue].compactMap(\.self).joined(separator: "  "))"
        }
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
