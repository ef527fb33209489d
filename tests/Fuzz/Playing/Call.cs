namespace Tapedeck.Fuzz.Playing;

/// <summary>A call of an export, whose parameters are <c>i32</c>, <c>i64</c> and <c>externref</c> only, so that any host can make it with all bits kept.</summary>
/// <param name="Arguments">As <see cref="Bits"/> writes them.</param>
/// <param name="Direct">The function behind the export, which an embedder that keeps the bits of all types can call itself; null if it cannot.</param>
internal sealed record Call(string Export, string[] Arguments, string? Direct);
