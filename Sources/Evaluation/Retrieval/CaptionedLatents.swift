import Foundation
import FrozenEncoders
import FuseMix
import LatentStore
import SoundBridge
import TensorCore

/// A dataset's media and captions as two encoders have them, the pairs among them.
public struct CaptionedLatents: Sendable {
    public let media: LatentSet
    public let captions: LatentSet
    public let pairs: PairList

    /// Media are encoded one after the other, then the captions.
    ///
    /// - Parameters:
    ///   - width: Of sounds, how many numbers are wanted of each.
    ///   - onMedium: Called before each medium with how many are done.
    /// - Throws: What reading media throws; `SpaceError`.
    @ComputeActor
    public init(
        _ located: LocatedMedia, style: CaptionStyle, media mediaEncoder: NamedEncoder, width: Int?,
        captions captionEncoder: NamedEncoder, onMedium: (Int) -> Void
    ) throws {
        let media = located.items.map(\.medium)
        let vectors = try mediaEncoder.latents(of: located.items.map(\.file), width: width, onFile: onMedium)
        self.media = LatentSet(
            ids: media.map { $0.paths[0] }, groups: media.map(\.group), vectors: vectors,
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
