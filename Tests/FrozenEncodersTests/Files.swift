import Foundation

/// Where the tests find the committed components, their fixtures and room for broken files.
enum Files {
    /// The component's folder in this checkout.
    static func component(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Models/components/\(name)").standardizedFileURL
    }

    static func fixture(_ name: String) -> URL {
        Bundle.module.bundleURL.appending(path: "Fixtures/\(name)")
    }

    /// A file of this name and contents in a new folder of its own.
    static func temporary(_ contents: Data, name: String) throws -> URL {
        let url = try temporaryFolder().appending(path: name)
        try contents.write(to: url)
        return url
    }

    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "FrozenEncodersTests-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
