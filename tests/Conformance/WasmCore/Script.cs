using System.Text.Json;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>A script of the specification's test suite, as <c>wasm-tools json-from-wast</c> writes it.</summary>
internal sealed record Script(IReadOnlyList<Command> Commands)
{
    /// <summary>How the suite spells its keys.</summary>
    internal static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <exception cref="JsonException">It is none, or holds a command that this runner does not know.</exception>
    internal static Script Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Script>(json, Format) ?? throw new JsonException("the script is null");
}
