namespace Tapedeck.Wasm.Caching;

/// <summary>What the code store had of a module when it was compiled.</summary>
/// <param name="Key">The name of the module's translation there; null where none is kept.</param>
/// <param name="Translation">One that the cache has verified; null where there is none.</param>
internal sealed record KeptCode(string? Key, ReadOnlyMemory<byte>? Translation);
