import ArgumentParser
import BatchRuns
import FilesOnDisk
import Foundation
import FrozenEncoders
import PictureFiles
import SoundBridge
import SoundFrontEnd
import TensorCore

/// One call of the root command: the plan worked off item by item. A bad item never stops the others;
/// a model that cannot be loaded stops all.
@ComputeActor
struct GenerationRun {
    private let bridge: Bridge
    private let plan: RunPlan
    private let settings: GenerationSettings
    private let files: FileOptions
    private let messages: MessageOptions
    private let progress: ProgressLine
    /// Time that loading took, before the first item.
    private let loading: Double

    init(_ files: FileOptions, _ picture: PictureOptions, _ machine: MachineOptions, _ messages: MessageOptions)
        async throws
    {
        (self.files, self.messages) = (files, messages)
        bridge = try await machine.bridge()
        settings = try picture.settings(over: bridge.settings())
        guard !files.inputs.isEmpty || settings.prompt != nil else {
            throw UsageError("There is nothing to make a picture of: a sound, a folder of them or --prompt is needed.")
        }
        guard files.output != "-" || !messages.json else {
            throw UsageError("The picture and --json cannot both go to standard output.")
        }
        plan = try RunPlan(inputs: files.inputs, output: files.output, settings: settings, count: picture.count)
        progress = ProgressLine(total: plan.items.count, quiet: messages.quiet)
        if picture.seed == .random, !messages.quiet { Console.note("Seed \(settings.seed)\n") }

        var parts: Bridge.Parts = .pictures
        if !files.inputs.isEmpty { parts.insert(.sounds) }
        if settings.prompt != nil || settings.negativePrompt != nil { parts.insert(.words) }
        var seconds = StageSeconds()
        try seconds.measure(\.load) { [bridge] in try bridge.load(parts) }
        loading = seconds.load
    }

    /// Throws `ModelError`, or `ExitCode(1)` when an item failed.
    func run() throws {
        var summary = RunSummary()
        for folder in plan.unlisted {
            Console.error("\(folder)")
            summary.add(.failed)
        }
        for (index, item) in plan.items.enumerated() {
            do {
                try make(item, number: index + 1)
                summary.add(.done)
            } catch let error as ModelError {
                throw error
            } catch {
                progress.clear()
                Console.error("\(error)")
                summary.add(.failed)
            }
        }
        progress.clear()
        if plan.items.count > 1, !messages.quiet {
            Console.note("\(summary.done) of \(summary.done + summary.failed) sounds done, \(summary.failed) failed.\n")
        }
        if summary.exitCode != 0 { throw ExitCode(summary.exitCode) }
    }

    private func make(_ item: RunItem, number: Int) throws {
        var seconds = StageSeconds()
        seconds.load = loading
        try checkDestinations(of: item)
        let name = item.source == .none ? settings.prompt ?? "" : item.relativePath
        progress.show(item: number, name: name, stage: "listening")
        let sound = try seconds.measure(\.listen) { try listen(to: item) }
        let condition = try seconds.measure(\.condition) {
            try bridge.condition(on: sound, prompt: settings.prompt, audioWeight: settings.audioWeight)
        }
        let heard = try bridge.heard(condition)
        let audioScores = try sound.map { try bridge.audioScores($0) }
        for planned in item.pictures {
            var settings = settings
            settings.seed = planned.seed
            var seconds = seconds
            let picture = try draw(condition, settings, item: number, name: name, &seconds)
            var record = PictureRecord(
                input: item.source.name, picture: picture, model: bridge.bundle.name, precision: bridge.precision,
                settings: settings, heard: heard, audioScores: audioScores)
            try plan.createFolder(for: item)
            try seconds.measure(\.write) { try write(picture, record, to: planned.destination) }
            record.output = planned.destination.name
            record.seconds = seconds
            try report(record, to: planned.destination)
        }
    }

    /// A sound is not decoded for a picture that could not be written anyway. Folders of the run's own are made
    /// when there is something to put into them.
    private func checkDestinations(of item: RunItem) throws {
        for case .file(let path) in item.pictures.map(\.destination) {
            let url = URL(filePath: path, directoryHint: .notDirectory)
            let folder = url.deletingLastPathComponent().path(percentEncoded: false)
            if plan.folder == nil || FileManager.default.fileExists(atPath: folder) {
                try AtomicFile.check(url, overwrite: files.overwrite)
            }
        }
    }

    private func listen(to item: RunItem) throws -> SoundLatent? {
        switch item.source {
        case .none: nil
        case .standardInput:
            try bridge.listen(to: AudioFile(spooling: .standardInput, name: "standard input"), pooling: settings.window)
        case .file(let path):
            try bridge.listen(to: AudioFile(path: path), pooling: settings.window)
        }
    }

    private func draw(
        _ condition: Condition, _ settings: GenerationSettings, item: Int, name: String, _ seconds: inout StageSeconds
    ) throws -> Picture {
        let latents = try seconds.measure(\.denoise) {
            try bridge.latents(condition, settings) { step, steps in
                progress.show(item: item, name: name, stage: "step \(step) of \(steps)")
            }
        }
        return try seconds.measure(\.decode) { try bridge.picture(of: latents) }
    }

    private func write(_ picture: Picture, _ record: PictureRecord, to destination: RunDestination) throws {
        let data = try picture.pngData(text: files.noMetadata ? [] : record.textChunks())
        switch destination {
        case .standardOutput: try Console.result(data)
        case .file(let path):
            let url = URL(filePath: path, directoryHint: .notDirectory)
            try AtomicFile.write(data, to: url, overwrite: files.overwrite)
        }
    }

    /// A result line, unless the picture itself went to standard output.
    private func report(_ record: PictureRecord, to destination: RunDestination) throws {
        progress.clear()
        guard destination != .standardOutput else { return }
        if messages.json {
            try Console.result(record.json())
        } else if !messages.quiet {
            let heard = record.heard.prefix(3).map { "\($0.label) \(String(format: "%.2f", $0.score))" }
            let output = record.output?.printable ?? ""
            try Console.result("\(output)  seed \(record.settings.seed)  heard: \(heard.joined(separator: ", "))")
        }
    }
}
