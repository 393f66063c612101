import FilesOnDisk
import Foundation
import TensorCore

/// The encoders of a process: one instance for each folder and precision, loaded when it is first asked for.
@ComputeActor
public final class EncoderLoader {
    private struct Key: Hashable {
        let path: String
        let precision: Precision

        init(_ folder: URL, _ precision: Precision) {
            path = folder.standardizedFileURL.resolvingSymlinksInPath().path
            self.precision = precision
        }
    }

    private let read: @Sendable (URL, Precision) throws -> FrozenEncoder
    private var encoders: [Key: FrozenEncoder] = [:]

    /// Told of what is to be said of the items that its encoders are given.
    public nonisolated let warnings: ItemWarnings

    /// - Parameter read: Loads an encoder from its folder.
    public nonisolated init(
        read: @escaping @Sendable (URL, Precision) throws -> FrozenEncoder = FrozenEncoder.init(contentsOf:precision:),
        warnings: ItemWarnings = ItemWarnings()
    ) {
        (self.warnings, self.read) = (warnings, read)
    }

    /// Returns the encoder of a folder, of any modality. Throws `FileContentError` or `TensorFileError`, naming the
    /// file, where the component is unfit.
    public func encoder(at folder: URL, precision: Precision) throws -> FrozenEncoder {
        let key = Key(folder, precision)
        if let encoder = encoders[key] { return encoder }
        let encoder = try read(folder, precision)
        encoders[key] = encoder
        return encoder
    }

    /// Returns an encoder of sounds. Throws as `encoder(at:precision:)`, and for an encoder of another modality.
    public func audioEncoder(at folder: URL, precision: Precision) throws -> any AudioEncoder {
        guard case .audio(let encoder) = try encoder(at: folder, precision: precision) else {
            throw misfit(folder, "sounds")
        }
        return encoder
    }

    /// Returns an encoder of texts. Throws as `encoder(at:precision:)`, and for an encoder of another modality.
    public func textEncoder(at folder: URL, precision: Precision) throws -> any TextEncoder {
        guard case .text(let encoder) = try encoder(at: folder, precision: precision) else {
            throw misfit(folder, "texts")
        }
        return encoder
    }

    /// Returns an encoder of pictures. Throws as `encoder(at:precision:)`, and for an encoder of another modality.
    public func imageEncoder(at folder: URL, precision: Precision) throws -> any ImageEncoder {
        guard case .image(let encoder) = try encoder(at: folder, precision: precision) else {
            throw misfit(folder, "pictures")
        }
        return encoder
    }

    /// Frees an encoder that is not needed for a while; it is loaded again when it is next asked for.
    public func release(_ folder: URL, precision: Precision) {
        encoders[Key(folder, precision)] = nil
    }

    private func misfit(_ folder: URL, _ expected: String) -> FileContentError {
        .field(
            file: folder.appending(path: "config.json").path(percentEncoded: false), field: "model_type",
            expected: "that of an encoder of \(expected)")
    }
}
