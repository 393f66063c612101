import Foundation
import SoundBridge
import SoundFrontEnd

/// An item for which everything is done that needs no network.
///
/// Unchecked: the sound is handed from the thread that prepared it to the one that listens, never shared.
struct PreparedItem: @unchecked Sendable {
    let item: RunItem
    /// One a picture.
    let needs: [PictureNeed]
    /// The beginning is decoded; nil without a sound, or where no picture is needed.
    let sound: Result<Waveform?, any Error>
    /// That opening and decoding took.
    let seconds: StageSeconds
}
