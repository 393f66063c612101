import Fuzzing

@testable import PictureFiles

var limits = PictureLimits()
limits.pixels = 1 << 16

fuzz { bytes in
    _ = try? PNGTextReader(bytes: bytes, file: "picture", limits: PictureLimits()).texts()
    _ = try PictureFile(png: bytes, file: "picture", limits: limits).warnings.map(\.description)
}
