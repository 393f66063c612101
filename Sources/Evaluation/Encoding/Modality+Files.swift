import Foundation
import FrozenEncoders

extension Modality {
    private static let pictureExtensions: Set<String> = ["png", "jpg", "jpeg"]

    /// What a file holds by its name: a picture when it is named like one, else a sound.
    public init(ofFileNamed name: String) {
        self = Self.pictureExtensions.contains(URL(filePath: name).pathExtension.lowercased()) ? .image : .audio
    }
}
