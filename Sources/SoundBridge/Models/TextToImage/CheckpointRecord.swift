import FilesOnDisk
import Foundation
import LatentDiffusion
import TensorCore

/// A text-to-image model as records tell it: whatever pictures depend on beside its name, by base names and checksums.
///
/// Checksums are those of stable-diffusion-webui (`modules/hashes.py`, `extensions-builtin/Lora/network.py`): the first ten
/// digits of a file's SHA-256, of a LoRA the first twelve of the SHA-256 of what follows a safetensors file's header, which is
/// also what kohya's trainers write into it. A folder stands for its U-Net's weights, and weights in shards for the list of
/// the shards' checksums, a line each, in the order of their names.
public struct CheckpointRecord: Sendable, Codable, Equatable {
    /// A file or folder by its name.
    public struct Part: Sendable, Codable, Equatable {
        public let name: String
        public let hash: String
    }

    /// A LoRA by its file's name without the ending.
    public struct MergedLoRA: Sendable, Codable, Equatable {
        public let name: String
        public let hash: String
        public let scale: Float
    }

    public let modelHash: String
    /// Another autoencoder than the model's own.
    public let vae: Part?
    public let vaeTiling: Tiling
    /// Prediction that was asked for; nil where the model's files have the word.
    public let prediction: DiscreteDiffusion.Prediction?
    public let loras: [MergedLoRA]
    /// Trained tokens for sounds.
    public let tokens: Part?

    /// Reads the files that are not in the cache of checksums. Throws `ModelError.component` for one that cannot be read.
    init(of model: any TextToImageModel, cache: ChecksumCache = ChecksumCache()) throws {
        let options = model.options
        (vaeTiling, prediction) = (options.tiling, options.prediction)
        do {
            modelHash = try String(cache.sum(ofWeights: model.weightFiles).prefix(10))
            vae = try options.autoencoder.map { place in
                let files =
                    FolderListing.isFolder(place.path(percentEncoded: false))
                    ? try TensorFile.files(in: place, stems: ["diffusion_pytorch_model"]) : [place]
                return Part(
                    name: place.standardizedFileURL.lastPathComponent,
                    hash: String(try cache.sum(ofWeights: files).prefix(10)))
            }
            loras = try options.loras.map { lora in
                MergedLoRA(
                    name: lora.file.deletingPathExtension().lastPathComponent,
                    hash: String(try cache.sum(ofLoRA: lora.file).prefix(12)), scale: lora.scale)
            }
            tokens = try options.tokens.map { folder in
                Part(
                    name: folder.standardizedFileURL.lastPathComponent,
                    hash: String(try cache.sum(ofWeights: TrainedTokens.files(in: folder)).prefix(10)))
            }
        } catch {
            throw ModelError.component(error)
        }
    }
}

extension ChecksumCache {
    /// Throws `FileContentError` for a file that cannot be read.
    fileprivate func sum(ofWeights files: [URL]) throws -> String {
        let sums = try files.map { try sum($0) }
        guard sums.count > 1 else { return sums.first ?? "" }
        return SHA256.sum(of: Data(sums.map { $0 + "\n" }.joined().utf8)) ?? ""
    }

    fileprivate func sum(ofLoRA file: URL) throws -> String {
        guard let tensors = try TensorFile.open(file) as? SafetensorsFile else { return try sum(file) }
        if let written = tensors.metadata["sshs_model_hash"], written.count >= 12, written.allSatisfy(\.isHexDigit) {
            return written
        }
        return try sum(file, from: UInt64(tensors.dataStart))
    }

    private func sum(_ file: URL, from offset: UInt64 = 0) throws -> String {
        guard let sum = sum(ofFile: file, from: offset) else {
            throw FileContentError.unreadable(file: file.path(percentEncoded: false), reason: "it may not be read")
        }
        return sum
    }
}

// MARK: For people

extension CheckpointRecord {
    /// Names and values as stable-diffusion-webui writes them, as far as it knows them.
    var parameters: [(name: String, value: String)] {
        var parameters = [("Model hash", modelHash)]
        if let vae { parameters += [("VAE hash", vae.hash), ("VAE", vae.name)] }
        if vaeTiling != .auto { parameters.append(("VAE tiling", vaeTiling.rawValue)) }
        if let prediction { parameters.append(("Prediction", prediction.rawValue)) }
        if let tokens { parameters += [("Tokens hash", tokens.hash), ("Tokens", tokens.name)] }
        if !loras.isEmpty {
            parameters.append(("Lora hashes", loras.map { "\($0.name): \($0.hash)" }.joined(separator: ", ")))
        }
        return parameters
    }

    /// LoRAs as stable-diffusion-webui has them in prompts.
    var loraWords: String { loras.map { "<lora:\($0.name):\($0.scale)>" }.joined(separator: " ") }

    /// Names and values of this that another has not.
    package func differences(from other: CheckpointRecord) -> [String] {
        let others = other.fields
        return fields.filter { others[$0.key] != $0.value }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    }

    /// All of it by names, to be compared.
    package var fields: [String: String] {
        var fields = Dictionary(parameters, uniquingKeysWith: { first, _ in first })
        if !loras.isEmpty { fields["LoRA"] = loraWords }
        return fields
    }
}
