import Evaluation
import Foundation
import TensorCore

/// What a search found, as it is printed.
struct SearchReport: Encodable {
    let query: String
    /// The space that was searched, in words.
    let space: String
    /// What was searched: audio, text or image, when the latents say so.
    let modality: String?
    /// How many items.
    let searched: Int
    let hits: [LatentIndex.Hit]
    let precision: Precision
    /// Wall-clock, loading included.
    let seconds: Double

    /// A line for each hit: rank, cosine, id.
    var table: String {
        hits.map { hit in String(format: "%3d  %7.4f  ", hit.rank, hit.score) + hit.id.printable }
            .joined(separator: "\n")
    }
}
