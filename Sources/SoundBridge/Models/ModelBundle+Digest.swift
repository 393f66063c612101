import FilesOnDisk
import Foundation

extension ModelBundle {
    private static let pictureMakers: [Role] = [
        .audioEncoder, .textEncoder, .classWords, .soundAdapter, .denoiser, .autoencoder,
    ]

    /// Digest that tells the components that pictures depend on from others of the same names: a SHA-256 in hexadecimal
    /// over the SHA-256s of all their files, model cards left out.
    ///
    /// Throws `ModelError.component` for a file that cannot be read.
    public func digest() throws -> String {
        var sums = ""
        for role in Self.pictureMakers where has(role) {
            sums += try Self.sums(of: component(role), as: role.rawValue)
        }
        if let otherAudioEncoder { sums += try Self.sums(of: otherAudioEncoder, as: "other audio encoder") }
        return SHA256.sum(of: Data(sums.utf8)) ?? ""
    }

    private static func sums(of folder: URL, as name: String) throws -> String {
        try files(in: folder).reduce("") { sums, file in
            guard let sum = SHA256.sum(ofFile: file) else { throw unreadable(file) }
            return sums + "\(name) \(file.lastPathComponent) \(sum)\n"
        }
    }

    private static func files(in folder: URL) throws -> [URL] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        else {
            throw unreadable(folder)
        }
        return names.filter { !$0.hasSuffix(".md") }.sorted().map { folder.appending(path: $0) }
            .filter { !FolderListing.isFolder($0.path(percentEncoded: false)) }
    }

    private static func unreadable(_ file: URL) -> ModelError {
        .component(FileContentError.unreadable(file: file.path(percentEncoded: false), reason: "it may not be read"))
    }
}
