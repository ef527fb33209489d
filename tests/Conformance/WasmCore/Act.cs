namespace Tapedeck.Conformance.WasmCore;

/// <summary>An action of a script: <c>invoke</c> calls an exported function, <c>get</c> reads an exported global.</summary>
/// <param name="Module">The instance; the last one if it has no name.</param>
/// <param name="Field">The name of the export.</param>
internal sealed record Act(string Type, string? Module, string Field, Literal[]? Args);
