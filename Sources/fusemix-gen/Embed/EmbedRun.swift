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
    private let encoder: NamedEncoder
    private let writer: LatentWriter

    /// Throws `ModelError`, `UsageError`, or why the output cannot be written.
    init(_ options: Embed) throws {
        self.options = options
        guard options.precision.precision == .float32 || Precision.hasBFloat16 else { throw ModelError.noBFloat16 }
        let folder = try ModelSearch().component(options.encoder)
        var encoder = try NamedEncoder(
            contentsOf: folder, precision: options.precision.precision, encoders: EncoderLoader())
        if encoder.modality != .audio, options.features != .embedding || options.window != .mean {
            throw UsageError(
                "--features and --window are for sounds, but \(options.encoder) encodes \(encoder.modality).")
        }
        encoder.features = options.features
        encoder.pooling = options.window
        encoder.normalizes = options.normalize
        self.encoder = encoder
        do {
            inputs = try EmbeddingInputs(options.inputs, for: encoder.modality) {
                try FileHandle.standardInput.readToEnd() ?? Data()
            }
            writer = try LatentWriter(
                to: URL(filePath: options.output), channels: encoder.channels, dtype: options.dtype.dtype,
                metadata: Self.metadata(options, encoder),
                earlier: options.resume ? .resume : options.overwrite ? .overwrite : .refuse)
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
        var progress = ItemProgress(total: inputs.items.count, done: done.count, quiet: options.messages.quiet)
        for item in inputs.items where !done.contains(item.id) {
            do {
                // Before it is read: what changes meanwhile is noticed by the next run.
                let origin = item.origin
                let vector = try encoder.vector(of: item)
                try writer.append(id: item.id, group: item.group, origin: origin, vector: vector)
            } catch let error as LatentError {
                throw error
            } catch {
                progress.clear()
                Console.error("\(error)")
                failed += 1
            }
            progress.add(item.id)
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

    /// Rows of other items, or of items that are not what they were, must not stay in the set. Throws `UsageError`.
    private func checkEarlierRows() throws {
        let items = Dictionary(uniqueKeysWithValues: inputs.items.map { ($0.id, $0) })
        let begun = "\(options.output).partial was begun with other inputs, so it cannot be resumed"
        if let id = writer.ids.first(where: { items[$0] == nil }) {
            throw UsageError("\(begun): “\(id.printable)” is none of these.")
        }
        if let id = writer.firstChanged({ items[$0].map { ($0.group, $0.origin) } }) {
            throw UsageError("\(begun): “\(id.printable)” has changed since.")
        }
    }

    private static func metadata(_ options: Embed, _ encoder: NamedEncoder) -> [String: String] {
        var metadata = [
            "encoder": encoder.name, "modality": encoder.modality.rawValue,
            "precision": options.precision.precision.rawValue,
            "normalized": options.normalize ? "true" : "false",
        ]
        if encoder.modality == .audio {
            metadata["features"] = options.features.rawValue
            metadata["window"] = options.window.rawValue
        }
        return metadata
    }

    private func report(failed: Int) throws {
        if options.messages.json {
            let summary = Summary(
                output: options.output, encoder: options.encoder, count: writer.count, channels: encoder.channels,
                dtype: options.dtype.rawValue, failed: failed)
            try Console.result(jsonLine(summary))
        } else if !options.messages.quiet {
            try Console.result(
                "\(options.output.printable)  \(writer.count) × \(encoder.channels) \(options.dtype.rawValue)"
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
