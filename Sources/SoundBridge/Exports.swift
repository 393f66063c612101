// Users of a pipeline need these names, and need no tensors for it.
@_exported import class TensorCore.ComputeActor
@_exported import enum TensorCore.Precision
@_exported import enum TensorCore.ThreadCount
