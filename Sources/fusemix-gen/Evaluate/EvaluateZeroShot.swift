import ArgumentParser
import Evaluation
import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge
import TensorCore

/// `fusemix-gen evaluate zero-shot`: labelled clips or pictures told apart by the names of their classes.
struct EvaluateZeroShot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zero-shot",
        abstract: "Classifies labelled clips or pictures by the names of the classes alone.",
        usage: "fusemix-gen evaluate zero-shot <input> [<options>]",
        discussion: """
            Each class is the mean of its name in every template; an item belongs to the class with the highest cosine. \
            Prints top-1 and top-5 accuracy and the mean of the classes' recalls in per cent with 95 % bootstrap \
            intervals, and a line for each class; --json prints shares from 0 to 1 and the confusion matrix as well. \
            A tie counts against the item.

              fusemix-gen evaluate zero-shot esc10/ --template "the sound of {}"
              fusemix-gen evaluate zero-shot clips.tsv --adapters my-bridge --baseline default
              fusemix-gen evaluate zero-shot sounds.safetensors --labels labels.tsv --json

            Exit codes: 0 done; 1 a file is unfit, or files could not be decoded and stayed out; 2 wrong usage; 3 a model cannot be loaded.
            """)

    @Argument(
        help: ArgumentHelp(
            """
            A folder of folders named after their class; a .tsv of lines of a path, a tab, a label and, if wanted, a tab \
            and a group that is resampled as one; or latents (.safetensors, .npy) with --labels.
            """, valueName: "input"))
    var input: String

    @Option(
        help: ArgumentHelp(
            "Labels of latents: lines of an id, a tab, a label and, if wanted, a tab and a group.", valueName: "tsv"))
    var labels: String?

    @Option(
        help: ArgumentHelp("Folder that the paths of a .tsv start from. (default: its own)", valueName: "folder"))
    var media: String?

    @Option(
        help: ArgumentHelp(
            """
            Classes to choose from: lines of a label or of a label, a tab and the name to call it by. \
            (default: the labels found, with _ read as a space)
            """, valueName: "file"))
    var classes: String?

    @Option(
        help: ArgumentHelp(
            """
            Sentence that a name is put into, in place of {}; may be given several times. \
            (default: "the sound of {}" for sounds, "a picture of {}" for pictures, "{}" when neither is known)
            """, valueName: "text"))
    var template: [String] = []

    @Option(help: ArgumentHelp("More of them, one a line.", valueName: "file"))
    var templates: String?

    @Option(
        help: ArgumentHelp(
            """
            What brings items and words together: adapters (a component's name or folder) or another model's own way. \
            (default: --model's own: its bridge for sounds, its image_text adapters for pictures)
            """, valueName: "name|folder"))
    var adapters: String?

    @Option(
        help: ArgumentHelp(
            "Another of the same, measured on the same items; the difference in top-1 gets an interval of its own.",
            valueName: "name|folder"))
    var baseline: String?

    @OptionGroup(title: "Intervals") var intervals: BootstrapOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        guard (labels != nil) == isLatents else {
            throw ValidationError("--labels belongs to latents (.safetensors or .npy), which need it.")
        }
    }

    func run() async throws {
        let report = try await evaluate(Components(bridge: machine.bridge()))
        try Console.result(messages.json ? jsonLine(report) : report.table)
        if report.skipped > 0 { throw ExitCode(1) }
    }

    private var isLatents: Bool { ["safetensors", "npy"].contains(URL(filePath: input).pathExtension.lowercased()) }

    @ComputeActor
    private func evaluate(_ components: Components) throws -> ZeroShotReport {
        let source = try source()
        let (result, duration) = try seconds {
            let bridges =
                [try bridge(adapters, source, components)]
                + (try baseline.map { [try bridge($0, source, components)] } ?? [])
            let prompts = try prompts(of: source)
            let items = try items(of: source, for: bridges)
            let evaluations = try zip(items, bridges).map {
                try ZeroShotEvaluation(of: $0, by: $1, prompts, bootstrap: intervals.bootstrap)
            }
            return (prompts, evaluations, source.count - items[0].places.count)
        }
        return ZeroShotReport(
            source: input, prompts: result.0, result.1[0], baseline: result.1.count > 1 ? result.1[1] : nil,
            skipped: result.2, bootstrap: intervals.bootstrap, precision: components.bridge.precision,
            seconds: duration)
    }

    /// Throws `DatasetError`, `LatentError`, `TensorFileError`.
    private func source() throws -> ZeroShotSource {
        let url = URL(filePath: input)
        if let labels {
            return try ZeroShotSource(
                items: LabelTable.items(at: URL(filePath: labels)), latents: LatentSet(contentsOf: url), name: input,
                labels: labels)
        }
        if url.pathExtension.lowercased() == "tsv" {
            let folder = media.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? url.deletingLastPathComponent()
            return try ZeroShotSource(items: LabelTable.items(at: url), in: folder, name: input)
        }
        let folder = URL(filePath: input, directoryHint: .isDirectory)
        return try ZeroShotSource(items: LabelTable.items(inFoldersOf: folder), in: folder, name: input)
    }

    private func prompts(of source: ZeroShotSource) throws -> ClassPrompts {
        var sentences = template
        if let templates { sentences += try ClassPrompts.templates(at: URL(filePath: templates)) }
        if sentences.isEmpty {
            switch source.modality {
            case .audio: sentences = ["the sound of {}"]
            case .image: sentences = ["a picture of {}"]
            case .text, nil: sentences = ["{}"]
            }
        }
        return try classes.map { try ClassPrompts(classesAt: URL(filePath: $0), templates: sentences) }
            ?? ClassPrompts(labels: source.labels, templates: sentences)
    }

    /// A model of that name, else adapters. Throws `ModelError`, `SpaceError`.
    @ComputeActor
    private func bridge(
        _ name: String?, _ source: ZeroShotSource, _ components: Components
    ) throws -> ZeroShotBridge {
        guard let name else { return try ZeroShotBridge(of: components.bridge, for: source) }
        if let bundle = try components.bundle(name) {
            return try ZeroShotBridge(of: Bridge(bundle, precision: components.bridge.precision), for: source)
        }
        return ZeroShotBridge(try WordAdapters(components.adapters(name), encoder: components.encoder))
    }

    /// The same items for each bridge: those that can be decoded for all of them. The others are named.
    @ComputeActor
    private func items(of source: ZeroShotSource, for bridges: [ZeroShotBridge]) throws -> [ZeroShotItems] {
        var failed: Set<Int> = []
        let items = try bridges.map { bridge in
            let progress = ProgressLine(total: source.count, quiet: messages.quiet)
            defer { progress.clear() }
            return try source.items(
                for: bridge, onItem: { progress.show(item: $0 + 1, name: $1, stage: "encoding") },
                onFailure: { place, error in
                    progress.clear()
                    if failed.insert(place).inserted { Console.error("\(error)") }
                })
        }
        return failed.isEmpty ? items : items.map { $0.keeping(Set(0..<source.count).subtracting(failed)) }
    }
}
