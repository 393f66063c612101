import BatchRuns
import Foundation
import LatentDiffusion
import SoundBridge

/// The work that a call of the root command asks for, according to its options; nothing is loaded yet.
@ComputeActor
struct GenerationPlan {
    let model: OpenModel
    let settings: GenerationSettings
    let plan: RunPlan
    /// Settings that `--params-from` has left out, in one sentence.
    let note: String?

    private let files: FileOptions
    private let machine: MachineOptions

    /// Reads the options. Throws `ModelError`, `UsageError`, `PictureSizeError`, `RunPlanError`, `ItemListError`.
    init(
        _ files: FileOptions, _ picture: PictureOptions, _ hearing: HearingOptions, _ batch: BatchOptions,
        _ machine: MachineOptions, _ checkpoint: CheckpointOptions
    ) async throws {
        (self.files, self.machine) = (files, machine)
        model = try machine.openModel(checkpoint, hearing)
        (settings, note) = try picture.settings(for: model)
        if let size = settings.size { try model.pipeline.check(size) }
        try model.pipeline.check(settings.soundAs, in: settings.prompt)
        if let list = batch.list {
            guard files.inputs.isEmpty else { throw UsageError("Inputs and --list exclude each other.") }
            let items = try ItemList(Self.contents(of: list), name: list, over: settings)
            plan = try RunPlan(list: items, output: files.output, count: picture.count)
        } else {
            guard !files.inputs.isEmpty || settings.prompt != nil else {
                throw UsageError(
                    "There is nothing to make a picture of: a sound, a folder of them or --prompt is needed.")
            }
            if files.inputs.isEmpty, settings.prompt?.contains(SoundPrompt.placeholder) ?? false {
                throw ConditioningError.noSound
            }
            if checkpoint.tokens != nil, settings.soundAs != .tokens {
                throw UsageError("--tokens has no meaning without --sound-as tokens.")
            }
            try picture.check(hasSounds: !files.inputs.isEmpty, hasWords: settings.prompt != nil)
            plan = try RunPlan(
                inputs: files.inputs, output: files.output, settings: settings, count: picture.count,
                filter: batch.filter)
        }
        if settings.scheduler != nil {
            try UsageError.rethrowing(SamplingError.self) { try model.pipeline.checkLevels(settings) }
        }
    }

    /// Returns the facts common to all pictures of the plan. Throws `ModelError`.
    func header() throws -> RunHeader {
        RunHeader(
            model: model.name, components: try model.digest(),
            precision: model.pipeline.parts.precision,
            threads: machine.threadCount, metadata: !files.noMetadata, settings: settings,
            checkpoint: try model.checkpoint())
    }

    private static func contents(of list: String) throws -> Data {
        if list == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
        guard let data = try? Data(contentsOf: URL(filePath: list)) else {
            throw UsageError("\(list) cannot be read: a list of items was expected.")
        }
        return data
    }
}
