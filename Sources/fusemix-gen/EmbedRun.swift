import ArgumentParser
import Evaluation
import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge
import TensorCore

/// One call of `embed`: a bad item never stops the others, and what is done is on disk.
@ComputeActor
struct EmbedRun {
    private let options: Embed
    private let inputs: EmbeddingInputs
    private let embedder: Embedder
    private let writer: LatentWriter

    /// Throws `ModelError`, `UsageError`, or why the output cannot be written.
    init(_ options: Embed) throws {
        self.options = options
        guard options.precision.precision == .float32 || Precision.hasBFloat16 else { throw ModelError.noBFloat16 }
        let folder = try ModelSearch().component(options.encoder)
        let encoder: FrozenEncoder
        do {
            encoder = try FrozenEncoder(contentsOf: folder, precision: options.precision.precision)
        } catch {
            throw ModelError.component(error)
        }
        if encoder.modality != .audio, options.features != .embedding || options.window != .mean {
            throw UsageError(
                "--features and --window are for sounds, but \(options.encoder) encodes \(encoder.modality).")
        }
        embedder = Embedder(
            encoder, features: options.features, pooling: options.window, normalizes: options.normalize)
        do {
            inputs = try EmbeddingInputs(options.inputs, for: encoder.modality) {
                try FileHandle.standardInput.readToEnd() ?? Data()
            }
            writer = try LatentWriter(
                to: URL(filePath: options.output), channels: embedder.channels, dtype: options.dtype.dtype,
                metadata: Self.metadata(options, encoder.modality, encoder: folder.lastPathComponent),
                earlier: options.resume ? .resume : options.overwrite ? .overwrite : .refuse)
        } catch let error as EmbeddingInputError {
            throw UsageError("\(error)")
        } catch let error as LatentError {
            guard case .unknownForm = error else { throw error }
            throw UsageError("\(error)")
        }
        try checkEarlierRows()
    }

    /// Throws `ExitCode(1)` when an item failed.
    func run() throws {
        var failed = inputs.unreadable.count
        for folder in inputs.unreadable { Console.error("\(folder)") }
        let done = Set(writer.ids)
        var progress = ItemProgress(total: inputs.items.count, done: done.count, quiet: options.quiet)
        for item in inputs.items where !done.contains(item.id) {
            do {
                let vector = try embedder(item)
                try writer.append(id: item.id, group: item.group, vector: vector)
            } catch let error as LatentError {
                throw error
            } catch {
                progress.clear()
                Console.error("\(error)")
                failed += 1
            }
            progress.show(item.id)
        }
        progress.clear()
        try finish(failed: failed)
        if failed > 0 { throw ExitCode(1) }
    }

    private func finish(failed: Int) throws {
        guard writer.count > 0 else {
            writer.discard()
            Console.error("\(options.output) was not written: no item could be embedded.")
            return
        }
        try writer.finish()
        try report(failed: failed)
    }

    /// Rows of other items must not stay in the set. Throws `UsageError`.
    private func checkEarlierRows() throws {
        let expected = Set(inputs.items.map(\.id))
        if let id = writer.ids.first(where: { !expected.contains($0) }) {
            throw UsageError(
                """
                \(options.output).partial was begun with other inputs, so it cannot be resumed: \
                “\(id.printable)” is none of these.
                """)
        }
    }

    private static func metadata(_ options: Embed, _ modality: Modality, encoder: String) -> [String: String] {
        var metadata = [
            "encoder": encoder, "modality": modality.rawValue, "precision": options.precision.precision.rawValue,
            "normalized": options.normalize ? "true" : "false",
        ]
        if modality == .audio {
            metadata["features"] = options.features.rawValue
            metadata["window"] = options.window.rawValue
        }
        return metadata
    }

    private func report(failed: Int) throws {
        if options.json {
            let summary = Summary(
                output: options.output, encoder: options.encoder, count: writer.count, channels: embedder.channels,
                dtype: options.dtype.rawValue, failed: failed)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try Console.result(String(decoding: encoder.encode(summary), as: UTF8.self))
        } else if !options.quiet {
            try Console.result(
                "\(options.output.printable)  \(writer.count) × \(embedder.channels) \(options.dtype.rawValue)"
                    + (failed > 0 ? "  \(failed) failed" : ""))
        }
    }

    private struct Summary: Encodable {
        let output: String
        let encoder: String
        let count: Int
        let channels: Int
        let dtype: String
        let failed: Int
    }
}
