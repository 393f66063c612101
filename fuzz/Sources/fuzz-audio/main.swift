import Foundation
import Fuzzing

@testable import SoundFrontEnd

/// Blocks that are decoded: few bytes of FLAC may hold hours of silence.
let longest = 64

fuzz { bytes in
    let file = try AudioFile(ByteSource(bytes: Data(bytes), name: "sound"), ffmpeg: nil)
    let waveform = try Waveform(file, sampleRate: 16_000)
    for _ in 0..<longest {
        guard try waveform.nextBlock() != nil else { break }
    }
    _ = waveform.warnings.map(\.description)
}
