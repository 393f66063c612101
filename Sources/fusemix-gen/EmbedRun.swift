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
        try writer.finish()
        try report(failed: failed)
        if failed > 0 { throw ExitCode(1) }
    }

    /// Rows of another list must not stay in the set. Throws `UsageError`.
    private func checkEarlierRows() throws {
        var position = inputs.items.startIndex
        for id in writer.ids {
            guard let found = inputs.items[position...].firstIndex(where: { $0.id == id }) else {
                throw UsageError(
                    "\(options.output).partial was begun with other inputs, so it cannot be resumed: “\(id.printable)” was not expected."
                )
            }
            position = found + 1
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
