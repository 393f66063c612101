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
            for file in try Self.files(in: component(role)) {
                guard let sum = SHA256.sum(ofFile: file) else { throw Self.unreadable(file) }
                sums += "\(role.rawValue) \(file.lastPathComponent) \(sum)\n"
            }
        }
        return SHA256.sum(of: Data(sums.utf8)) ?? ""
    }

    private static func files(in folder: URL) throws -> [URL] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        else {
            throw unreadable(folder)
        }
        return names.filter { !$0.hasSuffix(".md") }.sorted().map { folder.appending(path: $0) }
    }

    private static func unreadable(_ file: URL) -> ModelError {
        .component(FileContentError.unreadable(file: file.path(percentEncoded: false), reason: "it may not be read"))
    }
}
