import ArgumentParser
import FilesOnDisk
import Foundation
import PictureServer
import SoundBridge

/// `fusemix-gen serve`: the page and the API, until SIGTERM or Ctrl-C.
struct Serve: AsyncParsableCommand, InterruptibleCommand {
    static let interruptPolicy = Interrupts.Policy.installedByCommand

    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves a page to draw sounds with, and an API.",
        usage: "fusemix-gen serve [--port <port>] [<options>]",
        discussion: """
            The page is at the address that is printed: drop a sound or record one, and watch the picture come. \
            docs/server.md tells of the API. Ctrl-C or SIGTERM finishes what is being drawn, refuses the rest and ends \
            with 0; a second one ends at once.
            """)

    @OptionGroup(title: "Server") var server: ServerOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Stable Diffusion models") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Machine") var hearing: HearingOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() async throws {
        var settings = try server.settings()
        settings.limits = limits.limits
        let models = try ServedModels(machine, checkpoint, hearing)
        let (isQuiet, opensPage) = (quiet, server.open)
        let server = try PictureServer(
            settings, models: models.names,
            onListening: { address in
                if !isQuiet { Console.note("The page is at \(address)\n") }
                if opensPage { WebBrowser.open(address) }
            }, open: models.open)
        try await server.load()
        try await server.runUntilSignalled()
    }
}

/// The models that a server offers: that of `--model` first, then the installed ones and those that were added.
private struct ServedModels: Sendable {
    let names: [String]
    private let machine: MachineOptions
    private let checkpoint: CheckpointOptions
    private let hearing: HearingOptions
    private let search = ModelSearch()
    /// The name in `names` that stands for `--model`.
    private let own: String

    /// Throws `ModelError`.
    init(_ machine: MachineOptions, _ checkpoint: CheckpointOptions, _ hearing: HearingOptions) throws {
        (self.machine, self.checkpoint, self.hearing) = (machine, checkpoint, hearing)
        own = try machine.openModel(checkpoint, hearing).name
        let installed = (try? search.installed().bundles.map(\.directory.lastPathComponent)) ?? []
        let offered = installed + search.added.entries.map(\.name)
        names = [own] + offered.filter { [own] in $0 != own }
    }

    @Sendable func open(_ name: String) throws -> OpenModel {
        guard name != own else { return try machine.openModel(checkpoint, hearing) }
        return try OpenModel(named: name, in: search, precision: machine.precision.precision)
    }
}
