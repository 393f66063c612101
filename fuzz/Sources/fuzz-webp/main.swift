import Fuzzing

@testable import PictureFiles

var limits = PictureLimits()
limits.pixels = 1 << 16

fuzz { bytes in
    _ = EXIFSegment(ofWebP: bytes)?.userComment
    _ = try PictureFile(webp: bytes, file: "picture", limits: limits).warnings.map(\.description)
}
