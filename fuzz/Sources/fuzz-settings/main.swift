import Fuzzing

@testable import SoundBridge

/// The texts that pictures carry: a record of our own, and the settings of other programs.
fuzz { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    _ = try? PictureRecord(carried: text, file: "picture").textChunks()
    let foreign = [
        ForeignSettings(webUI: text), try? ForeignSettings(comfyUI: ComfyGraph(text)),
    ].compactMap(\.self)
    let defaults = GenerationSettings(steps: 20, sampler: .euler, guidanceScale: 3)
    for settings in foreign {
        _ = settings.parameters
        for isDiffusion in [false, true] {
            let (_, leftOut) = settings.settings(over: defaults, isDiffusion: isDiffusion) { _ in true }
            _ = ForeignSettings.summary(leftOut)
        }
    }
}
