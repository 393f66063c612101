import Foundation
import SoundBridge
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

extension GenerationSettings {
    /// Some settings, all alike but for the seed.
    init(seed: UInt64) { self.init(seed: seed, steps: 2, sampler: .euler, guidanceScale: 2) }
}

extension RunPlan {
    /// With settings of which only the seed matters.
    init(inputs: [String], output: String, seed: UInt64 = 0, count: Int = 1) throws {
        try self.init(inputs: inputs, output: output, settings: GenerationSettings(seed: seed), count: count)
    }

    /// The pictures' paths below `folder`, in order; `-` is standard output.
    func outputs(below folder: String) -> [String] {
        items.flatMap(\.pictures).map { picture in
            let path = picture.destination.name
            return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
        }
    }

    var seeds: [UInt64] { items.flatMap(\.pictures).map(\.seed) }
    var paths: [String] { items.map(\.relativePath) }
}
