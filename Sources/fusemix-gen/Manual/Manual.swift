import ArgumentParser

/// `fusemix-gen manual`: the manual page, which `make install` writes; not in the help.
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Prints the manual page, for man(1).", shouldDisplay: false)

    func run() throws {
        var page = ManualPage(of: FusemixGen.self, version: FusemixGen.configuration.version)
        page.add(
            section: "ENVIRONMENT",
            [
                ("FUSEMIX_MODELS", "Folder of the models."), ("OMP_NUM_THREADS", "Threads to compute with."),
                (
                    "XDG_DATA_HOME",
                    "Folder of names of models that were added, in fusemix-gen/models; ~/.local/share by default."
                ),
                ("XDG_CACHE_HOME", "Folder of checksums of large models, in fusemix-gen; ~/.cache by default."),
                ("ONEDNN_MAX_CPU_ISA", "Limits the processor's instructions that networks use."),
            ])
        page.add(
            section: "FILES",
            [("PREFIX/share/fusemix-gen/Models", "The models, beside the command in PREFIX/bin.")])
        try Console.result(page.text)
    }
}
