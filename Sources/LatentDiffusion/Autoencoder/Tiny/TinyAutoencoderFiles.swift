import FilesOnDisk
import Foundation
import TensorCore

/// The two files that the original TAESD networks are published in, such as `taesd_encoder.pth` and `taesd_decoder.pth`.
enum TinyAutoencoderFiles {
    private static let endings = ["safetensors", "pth", "pt", "bin"]

    /// The one decoder's file in a folder, the safest format first. Throws `AutoencoderError.unknown` for none or several.
    static func decoder(in folder: URL) throws -> URL {
        let path = folder.path(percentEncoded: false)
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        let files = names.map { folder.appending(path: $0) }.filter {
            endings.contains($0.pathExtension) && $0.deletingPathExtension().lastPathComponent.hasSuffix("_decoder")
        }
        let stems = Set(files.map { $0.deletingPathExtension().lastPathComponent })
        guard stems.count == 1,
            let file = endings.lazy.compactMap({ ending in files.first { $0.pathExtension == ending } }).first
        else {
            let reason =
                stems.isEmpty
                ? "it holds neither a config.json nor a file such as taesd_decoder.safetensors"
                : "it holds several, \(stems.sorted().map(\.onOneLine).joined(separator: ", ")); name the file"
            throw AutoencoderError.unknown(path: path, reason: reason)
        }
        return file
    }

    /// The tensors of a file and, where they are those of one half, of the other half beside it. Throws
    /// `AutoencoderError.unknown` for an encoder alone, and what opening a file throws.
    static func completed(
        _ weights: any TensorSource, _ part: TinyAutoencoderNames.Part, _ file: URL
    ) throws -> any TensorSource {
        let own = TinyAutoencoderNames.diffusers(weights, part: part)
        let (half, other) = part == .encoder ? ("encoder", "decoder") : ("decoder", "encoder")
        let stem = file.deletingPathExtension().lastPathComponent
        guard part != .whole else { return own }
        let partner = stem.replacing(half, with: other)
        let candidates =
            partner == stem
            ? []
            : ([file.pathExtension] + endings).map {
                file.deletingLastPathComponent().appending(path: "\(partner).\($0)")
            }
        let found = candidates.first { FileManager.default.fileExists(atPath: $0.path(percentEncoded: false)) }
        guard let found else {
            guard part == .decoder else {
                throw AutoencoderError.unknown(
                    path: weights.path, reason: "it holds an encoder without its decoder")
            }
            return own
        }
        let opened = try TensorFile.open(found)
        let otherPart: TinyAutoencoderNames.Part = part == .encoder ? .decoder : .encoder
        guard TinyAutoencoderNames.part(of: opened) == otherPart else {
            throw AutoencoderError.unknown(path: opened.path, reason: "it holds no \(other)")
        }
        return JoinedTensors([own, TinyAutoencoderNames.diffusers(opened, part: otherPart)])
    }
}
