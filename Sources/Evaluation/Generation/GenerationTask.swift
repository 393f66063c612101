import Foundation
import Retrieval
import SoundBridge

/// An evaluation of generated pictures as the user asks for it.
public struct GenerationTask: Sendable {
    /// A folder of pictures, or a table of them (`.tsv`).
    public var pictures: String
    /// Real pictures of the concepts: a folder or a table.
    public var reference: String
    /// Pictures that the model was trained on: a folder or a table; nil takes the reference.
    public var training: String?
    /// Folder that the paths in the tables of reference and training start from; nil takes the table's own.
    public var media: String?
    /// Folder of the sounds that a folder of pictures was made from.
    public var sounds: String?
    public var bootstrap: Bootstrap

    public init(pictures: String, reference: String, bootstrap: Bootstrap = Bootstrap()) {
        (self.pictures, self.reference, self.bootstrap) = (pictures, reference, bootstrap)
    }

    /// Whether the pictures are given as a table.
    public static func isTable(_ pictures: String) -> Bool {
        URL(filePath: pictures).pathExtension.lowercased() == "tsv"
    }

    /// Runs the evaluation.
    ///
    /// - Parameter onItem: Called before a file is encoded, with its index, the number of files, and its name.
    /// - Throws: `DatasetError`, `GenerationError`, `ModelError`, `SpaceError`, `RetrievalError`, `BaselineError`, and
    ///   what reading the files throws.
    @ComputeActor
    public func report(
        _ components: Components, onItem: (Int, Int, String) -> Void = { _, _, _ in }
    ) throws -> GenerationReport {
        let model = try components.model()
        let clock = ContinuousClock()
        let start = clock.now
        let sets = try sets()
        let evaluation = try sets.evaluate(by: model, bootstrap: bootstrap) { onItem($0, sets.count, $1) }
        return GenerationReport(
            source: pictures, reference: reference, training: training ?? reference, model: model.bundle.name,
            encoder: try model.bundle.component(.imageEncoder).lastPathComponent, evaluation: evaluation,
            bootstrap: bootstrap, precision: components.precision, seconds: (clock.now - start) / .seconds(1))
    }

    private func sets() throws -> GenerationSets {
        let media = media.map { URL(filePath: $0, directoryHint: .isDirectory) }
        let real = try RealPictures(at: reference, media: media)
        let generated =
            Self.isTable(pictures)
            ? try GeneratedPictures.listed(in: URL(filePath: pictures))
            : try GeneratedPictures.found(
                in: URL(filePath: pictures, directoryHint: .isDirectory), of: real.concepts,
                sounds: sounds.map { URL(filePath: $0, directoryHint: .isDirectory) })
        return try GenerationSets(
            generated, source: pictures, reference: real,
            training: training.map { try TrainingPictures(at: $0, media: media) })
    }
}
