import LatentDiffusion

/// A choice of noise levels, as stable-diffusion-webui lists it (`modules/sd_schedulers.py`).
struct WebUIScheduler: Sendable, Encodable {
    /// nil for the model's own levels.
    let kind: SchedulerKind?
    let name: String
    let label: String
    let aliases: [String]

    static let automatic = WebUIScheduler(kind: nil, label: "Automatic", aliases: [])
    static let all =
        [automatic] + SchedulerKind.allCases.map { WebUIScheduler(kind: $0, label: $0.title, aliases: [$0.rawValue]) }

    private init(kind: SchedulerKind?, label: String, aliases: [String]) {
        (self.kind, self.label) = (kind, label)
        name = label.lowercased().replacing(" ", with: "_")
        self.aliases = aliases.filter { [name] in $0 != name }
    }

    /// Returns nil for a name of none that there is here.
    init?(named name: String) {
        let kind = SchedulerKind(spelling: name)
        guard kind != nil || name.lowercased() == Self.automatic.name,
            let found = Self.all.first(where: { $0.kind == kind })
        else { return nil }
        self = found
    }

    /// Parts the name of a sampler from that of a scheduler behind it, as “DPM++ 2M SGM Uniform”; nil where there is none.
    static func parted(_ name: String) -> (sampler: String, scheduler: WebUIScheduler)? {
        for scheduler in all where name.lowercased().hasSuffix(" \(scheduler.label.lowercased())") {
            return (String(name.dropLast(scheduler.label.count + 1)), scheduler)
        }
        return nil
    }

    private enum CodingKeys: String, CodingKey {
        case name, label, aliases
        case defaultRho = "default_rho"
        case needsInnerModel = "need_inner_model"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(label, forKey: .label)
        try values.encode(aliases, forKey: .aliases)
        try values.encode(kind == .karras ? 7 : -1, forKey: .defaultRho)
        try values.encode(false, forKey: .needsInnerModel)
    }
}
