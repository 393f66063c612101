import TensorCore

/// A part of a pipeline: made when it is first needed, and again after it was released.
@ComputeActor
public final class LazyPart<Part: Sendable> {
    private let make: @ComputeActor () throws -> Part
    private let letGo: @ComputeActor () -> Void
    /// The part; nil before it is first needed, and after it was released.
    public private(set) var loaded: Part?

    /// - Parameters:
    ///   - letGo: Called when the part is released, for whatever else holds it.
    ///   - make: Makes the part.
    public nonisolated init(
        letGo: @escaping @Sendable @ComputeActor () -> Void = {},
        _ make: @escaping @Sendable @ComputeActor () throws -> Part
    ) {
        (self.letGo, self.make) = (letGo, make)
    }

    /// Wraps a part that is there already.
    public nonisolated convenience init(_ part: Part) {
        self.init { part }
    }

    /// Returns the part, and makes it if needed. Throws what making it throws.
    public func callAsFunction() throws -> Part {
        if let loaded { return loaded }
        let part = try make()
        loaded = part
        return part
    }

    public func release() {
        loaded = nil
        letGo()
    }
}
