import Foundation
import SoundBridge
import TestSupport
import Testing

@testable import BatchRuns

/// A folder for one test, with paths as the code under test takes them.
struct Tree {
    private let folder: TemporaryFolder
    var path: String { folder.url.path }

    /// - Parameter files: paths of empty files to create; a path that ends in `/` is a folder.
    init(_ files: [String] = []) throws {
        folder = try TemporaryFolder()
        for file in files {
            if file.hasSuffix("/") { try folder.makeFolder(file) } else { try folder.write(file, "") }
        }
    }

    static func / (tree: Tree, name: String) -> String { tree.path + "/" + name }

    func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self / name, withDestinationPath: destination)
    }
}

extension GenerationSettings {
    /// Makes settings that are all alike except for the seed.
    init(seed: UInt64) { self.init(seed: seed, steps: 2, sampler: .euler, guidanceScale: 2) }
}

extension RunPlan {
    /// Plans a run with settings of which only the seed matters.
    init(inputs: [String], output: String, seed: UInt64 = 0, count: Int = 1) throws {
        try self.init(inputs: inputs, output: output, settings: GenerationSettings(seed: seed), count: count)
    }

    /// Returns the pictures' paths below `folder`, in order; `-` is standard output.
    func outputs(below folder: String) -> [String] {
        items.flatMap(\.pictures).map { picture in
            let path = picture.destination.name
            return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
        }
    }

    var seeds: [UInt64] { items.flatMap(\.pictures).map(\.seed) }
    var paths: [String] { items.map(\.relativePath) }
}
