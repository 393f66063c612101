import FilesOnDisk
import FrozenEncoders

extension Modality {
    /// What a file holds by its name: a picture when it is named like one, else a sound.
    public init(ofFileNamed name: String) {
        self = MediaKind.picture.isNameOfOne(name) ? .image : .audio
    }
}
