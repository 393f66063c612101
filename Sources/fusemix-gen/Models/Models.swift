import ArgumentParser

/// `fusemix-gen models`: what models there are, and names for models of the user's own.
struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Lists and verifies models; adds, checks and removes Stable Diffusion models of your own.",
        usage: "fusemix-gen models [list|add|check|remove] [<options>]",
        discussion: """
            A Stable Diffusion model that lies on the disk is drawn with as it is, by --model and its path, or by a name \
            that it is added by:

              fusemix-gen models check ~/models/turbo.safetensors
              fusemix-gen models add ~/models/turbo.safetensors --name turbo
              fusemix-gen dog.wav --model turbo -o dog.png
            """,
        subcommands: [ModelsList.self, ModelsAdd.self, ModelsCheck.self, ModelsRemove.self],
        defaultSubcommand: ModelsList.self)
}
