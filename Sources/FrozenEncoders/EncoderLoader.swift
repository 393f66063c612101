import FilesOnDisk
import Foundation
import TensorCore

/// The encoders of a process: one instance for each folder, precision and tower, loaded when it is first asked for.
@ComputeActor
public final class EncoderLoader {
    private struct Key: Hashable {
        let path: String
        let precision: Precision
        let modality: Modality

        init(_ folder: URL, _ precision: Precision, _ modality: Modality) {
            path = folder.standardizedFileURL.resolvingSymlinksInPath().path
            (self.precision, self.modality) = (precision, modality)
        }
    }

    private let read: @Sendable (URL, Precision, Modality) throws -> FrozenEncoder
    private var encoders: [Key: FrozenEncoder] = [:]

    /// Told of what is to be said of the items that its encoders are given.
    public nonisolated let warnings: ItemWarnings

    /// - Parameters:
    ///   - read: Loads an encoder from its folder.
    ///   - warnings: Told of what is to be said of the items that its encoders are given.
    public nonisolated init(
        read: @escaping @Sendable (URL, Precision, Modality) throws -> FrozenEncoder = {
            try FrozenEncoder(contentsOf: $0, precision: $1, modality: $2)
        },
        warnings: ItemWarnings = ItemWarnings()
    ) {
        (self.warnings, self.read) = (warnings, read)
    }

    /// Returns the encoder of a folder, of any modality. Throws `FileContentError` or `TensorFileError`, naming the
    /// file, where the component is unfit.
    ///
    /// - Parameters:
    ///   - folder: A component, or a model as it was published.
    ///   - precision: Of the matrix products.
    ///   - modality: The tower of a model that has several; nil for that of pictures or sounds.
    public func encoder(
        at folder: URL, precision: Precision, modality: Modality? = nil
    ) throws -> FrozenEncoder {
        let modality = try FrozenEncoder.modality(at: folder, preferring: modality)
        let key = Key(folder, precision, modality)
        if let encoder = encoders[key] { return encoder }
        let encoder = try read(folder, precision, modality)
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
        guard case .text(let encoder) = try encoder(at: folder, precision: precision, modality: .text) else {
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
        for modality in Modality.allCases { encoders[Key(folder, precision, modality)] = nil }
    }

    private func misfit(_ folder: URL, _ expected: String) -> FileContentError {
        .field(
            file: folder.appending(path: "config.json").path(percentEncoded: false), field: "model_type",
            expected: "that of an encoder of \(expected)")
    }
}
