using System.Text.Json;

namespace Tapedeck.Conformance.ComponentModel;

/// <summary>A script of the component model's test suite.</summary>
internal sealed record Script(IReadOnlyList<Command> Commands)
{
    /// <exception cref="JsonException">It is none, or holds a command that this runner does not know.</exception>
    internal static Script Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Script>(json, WasmCore.Script.Format) ?? throw new JsonException("the script is null");
}
