import Foundation
import Testing

@testable import BatchRuns

/// A folder for one test, gone with it.
final class Tree {
    let path: String

    /// - Parameter files: paths of empty files to create; a path that ends in `/` is a folder.
    init(_ files: [String] = []) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "batch-runs-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for file in files {
            let url = URL(filePath: self / file)
            let folder = file.hasSuffix("/") ? url : url.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            if !file.hasSuffix("/") { try Data().write(to: url) }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static func / (tree: Tree, name: String) -> String { tree.path + "/" + name }

    func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self / name, withDestinationPath: destination)
    }
}

extension RunPlan {
    /// The pictures' paths below `folder`, in order; `-` is standard output.
    func outputs(below folder: String) -> [String] {
        items.flatMap(\.pictures).map { picture in
            guard case .file(let url) = picture.destination else { return "-" }
            let path = url.relativePath
            return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
        }
    }

    var seeds: [UInt64] { items.flatMap(\.pictures).map(\.seed) }
    var paths: [String] { items.map(\.relativePath) }
}
