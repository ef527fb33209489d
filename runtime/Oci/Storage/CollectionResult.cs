namespace Tapedeck.Oci.Storage;

/// <summary>What a collection did.</summary>
/// <param name="Ran">False where another process was collecting.</param>
public sealed record CollectionResult(bool Ran, int RemovedBlobs, long RemovedBytes, long RemainingBytes);
