import Foundation
import FrozenEncoders
import Retrieval
import SoundBridge
import TensorCore

/// Generated pictures with the pictures to compare them with; `evaluate` encodes and measures.
struct GenerationSets: Sendable {
    private let generated: [GeneratedPicture]
    private let source: String
    private let reference: RealPictures
    private let training: TrainingPictures?

    /// Number of pictures and sounds to encode.
    var count: Int {
        generated.count + reference.items.count + (training?.files.count ?? 0) + sounds.count
    }

    /// - Parameters:
    ///   - generated: At least one.
    ///   - source: Name of the generated pictures in error messages.
    ///   - training: The model's training pictures; the reference when nil.
    /// - Throws: `DatasetError.unknownLabel` for a concept that the reference does not show.
    init(
        _ generated: [GeneratedPicture], source: String, reference: RealPictures, training: TrainingPictures?
    ) throws {
        let known = Set(reference.concepts)
        if let stranger = generated.first(where: { !known.contains($0.concept) }) {
            throw DatasetError.unknownLabel(source: source, label: stranger.concept)
        }
        (self.generated, self.source, self.reference, self.training) = (generated, source, reference, training)
    }

    /// - Parameter onItem: Called before each file is encoded, with its index and name.
    /// - Throws: What reading the files throws; `ModelError`, `SpaceError`, `RetrievalError`, `BaselineError`.
    @ComputeActor
    func evaluate(
        by model: OpenModel, bootstrap: Bootstrap, onItem: (Int, String) -> Void
    ) throws -> GenerationEvaluation {
        let encoder = try model.encoder(of: .image)
        let names = reference.concepts
        let indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var done = 0
        func features(_ files: [URL]) throws -> Tensor {
            defer { done += files.count }
            return try encoder.latents(of: files) { onItem(done + $0, files[$0].lastPathComponent) }
        }
        let made = try ConceptPictures(
            features: features(generated.map(\.file)), concepts: generated.map { indices[$0.concept, default: 0] },
            sources: generated.map { _ in source }, source: source
        ) { generated[$0].name }
        let real = try ConceptPictures(
            features: features(reference.files), concepts: reference.items.map { indices[$0.label, default: 0] },
            sources: reference.items.map(\.group), source: reference.name
        ) { reference.items[$0].id }
        let learned = try training.map { training in
            try EmbeddedItems(features(training.files).normalized(), source: training.name) {
                training.files[$0].relativePath
            }
        }
        let sounds = try soundPictures(made, encoder, in: model) { onItem(done + $0, $1) }
        return try GenerationEvaluation(
            generated: made, real: real, training: learned ?? real.directions, unlearned: unlearned, sounds: sounds,
            names: names, bootstrap: bootstrap)
    }

    /// Indices of the real pictures that are not training pictures, identified by their paths.
    private var unlearned: [Int] {
        guard let training else { return [] }
        let learned = Set(training.files.map(\.standardizedFileURL.path))
        return reference.files.indices.filter { !learned.contains(reference.files[$0].standardizedFileURL.path) }
    }

    /// The distinct sounds, in the order of the pictures.
    private var sounds: [URL] {
        var seen: Set<URL> = []
        return generated.compactMap(\.sound).map(\.standardizedFileURL).filter { seen.insert($0).inserted }
    }

    /// Embeds pictures and their sounds; nil when no picture was made from a sound.
    @ComputeActor
    private func soundPictures(
        _ made: ConceptPictures, _ encoder: NamedEncoder, in model: OpenModel, onItem: (Int, String) -> Void
    ) throws -> SoundPictures? {
        let sounds = sounds
        guard !sounds.isEmpty else { return nil }
        let rows = Dictionary(uniqueKeysWithValues: sounds.enumerated().map { ($1, $0) })
        let pictures = generated.indices.filter { generated[$0].sound != nil }
        let space = try SharedSpace(.audio, .image, in: model)
        let audioEncoder = try model.encoder(of: .audio)
        let heard = try audioEncoder.latents(of: sounds, width: space.first.inputSize()) {
            onItem($0, sounds[$0].lastPathComponent)
        }
        let seen = made.features.gathered(pictures)
        return SoundPictures(
            pictures: pictures,
            soundOfPicture: pictures.map { generated[$0].sound.flatMap { rows[$0.standardizedFileURL] } ?? 0 },
            pictureVectors: try space.second(
                seen, of: LatentKind(encoder: encoder.name, modality: .image, channels: seen.channels)
            ).rows,
            soundVectors: try space.first(
                heard, of: LatentKind(encoder: audioEncoder.name, modality: .audio, channels: heard.channels)
            ).rows)
    }
}
