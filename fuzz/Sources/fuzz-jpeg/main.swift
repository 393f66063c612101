import Fuzzing

@testable import PictureFiles

var limits = PictureLimits()
limits.pixels = 1 << 16

fuzz { bytes in
    _ = EXIFSegment(ofJPEG: bytes)?.userComment
    _ = try PictureFile(jpeg: bytes, file: "picture", limits: limits).warnings.map(\.description)
}
