import SoundBridge

/// A picture that is being drawn, and where it goes.
struct PictureTask: Sendable {
    let item: RunItem
    let picture: RunPicture
    let overwrites: Bool
}
