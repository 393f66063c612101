import ArgumentParser

/// A sheet of an item's pictures.
struct GridOption: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            """
            With --count, write beside the pictures of each input one PNG with all of them, NAME-grid.png, \
            in rows from the first seed on.
            """))
    var grid = false
}
