/// The forms in which pictures are read, told apart by their first bytes, whatever the file's name.
enum PictureFormat: CaseIterable {
    case png, jpeg

    /// What every file of the form begins with.
    var signature: [UInt8] {
        switch self {
        case .png: PNGChunks.signature
        case .jpeg: [0xff, 0xd8, 0xff]
        }
    }

    /// The form that the bytes are of, or would be of if they were not cut off within the signature.
    init?(of bytes: [UInt8]) {
        let found = Self.allCases.first { form in
            bytes.starts(with: form.signature) || !bytes.isEmpty && form.signature.starts(with: bytes)
        }
        guard let found else { return nil }
        self = found
    }
}
