import Foundation
import SoundBridge

extension PictureOptions {
    /// Returns the settings of `--params-from` over the model's own, and what was left out of them, in one sentence.
    /// Throws `UsageError` when that picture carries no settings; `ModelError`.
    @ComputeActor
    func carried(for model: OpenModel) throws -> (GenerationSettings, String?) {
        var defaults = GenerationSettings(model.pipeline.parts.defaults)
        guard let paramsFrom else { return (defaults, nil) }
        let carried = try UsageError.rethrowing((any Error).self) {
            try CarriedSettings(contentsOf: URL(filePath: paramsFrom))
        }
        switch carried {
        case .own(let record):
            // Model and LoRAs are files, of which a picture has the names alone.
            guard let checkpoint = record.checkpoint, let here = try model.checkpoint() else {
                return (record.settings, nil)
            }
            let differences = checkpoint.differences(from: here).joined(separator: ", ")
            return (
                record.settings,
                differences.isEmpty ? nil : "\(paramsFrom) was drawn with what is not taken: \(differences)."
            )
        case .foreign(let foreign):
            // The picture itself is read when all options are applied.
            defaults.initImage = start.initImage.map { InitialPicture(path: $0) }
            let (settings, leftOut) = try foreign.settings(over: defaults, isDiffusion: model.pipeline.isDiffusion) {
                size in
                do {
                    try model.pipeline.check(size)
                    return true
                } catch is PictureSizeError {
                    return false
                }
            }
            let summary = ForeignSettings.summary(leftOut)
            return (
                settings,
                leftOut.isEmpty ? nil : "\(paramsFrom) carries settings of \(foreign.program); left out: \(summary)."
            )
        }
    }
}
