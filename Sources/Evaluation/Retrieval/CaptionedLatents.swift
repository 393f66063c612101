import Foundation
import FrozenEncoders
import FuseMix
import LatentStore
import SoundBridge

/// Latents of a dataset's media and captions from two encoders, with their pairs.
public struct CaptionedLatents: Sendable {
    public let media: LatentSet
    public let captions: LatentSet
    public let pairs: PairList
    /// Number of media left out with their captions because they could not be decoded.
    public let skipped: Int

    /// Encodes the media one after the other, then the captions.
    ///
    /// - Parameters:
    ///   - width: Length of the latent vector that is wanted for each sound.
    ///   - onMedium: Called before each medium with the number already done.
    ///   - onFailure: Called with the error when a medium cannot be decoded.
    /// - Throws: `SpaceError`; `DatasetError.nothingReadable` when no medium is left.
    @ComputeActor
    public init(
        _ located: LocatedMedia, style: CaptionStyle, media mediaEncoder: NamedEncoder, width: Int?,
        captions captionEncoder: NamedEncoder, onMedium: (Int) -> Void, onFailure: (any Error) -> Void
    ) throws {
        let (indices, vectors) = try mediaEncoder.readable(
            located.items.map(\.file), widths: [width], onFile: onMedium, onFailure: { onFailure($1) })
        let media = indices.map { located.items[$0].medium }
        skipped = located.items.count - media.count
        self.media = LatentSet(
            ids: media.map { $0.paths[0] }, groups: media.map(\.group), vectors: vectors[0],
            metadata: ["encoder": mediaEncoder.name, "modality": mediaEncoder.modality.rawValue])
        let rows = media.enumerated().flatMap { row, medium in medium.captions.map { (row: row, caption: $0) } }
        captions = LatentSet(
            ids: rows.map { media[$0.row].paths[0] }, groups: nil,
            vectors: try captionEncoder.latents(of: rows.map { style($0.caption) }),
            metadata: ["encoder": captionEncoder.name, "modality": captionEncoder.modality.rawValue])
        pairs = PairList(
            xRows: rows.map(\.row), yRows: Array(rows.indices), groups: rows.map { media[$0.row].group })
    }
}
