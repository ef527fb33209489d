namespace Tapedeck.Mcp;

/// <summary>What clients are told about a tool, <see href="https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool"/>.</summary>
public sealed record ToolDeclaration
{
    /// <summary>1 to 128 characters of <c>A-Z a-z 0-9 _ - .</c>, unique in a catalogue, case-sensitive.</summary>
    public required string Name { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    /// <summary>A JSON Schema whose root is an object schema, as JSON.</summary>
    public required ReadOnlyMemory<byte> InputSchema { get; init; }

    /// <summary>A JSON Schema as JSON. Empty: none, and results have no structured content that clients could check.</summary>
    public ReadOnlyMemory<byte> OutputSchema { get; init; }

    public ToolAnnotations? Annotations { get; init; }

    /// <summary>A JSON object with further metadata. Empty: none.</summary>
    public ReadOnlyMemory<byte> Meta { get; init; }
}
