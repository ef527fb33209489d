namespace Tapedeck.Mcp;

/// <summary>Hints about what a tool does; null says nothing. Clients are told not to trust them.</summary>
public sealed record ToolAnnotations
{
    public string? Title { get; init; }
    public bool? ReadOnlyHint { get; init; }
    public bool? DestructiveHint { get; init; }
    public bool? IdempotentHint { get; init; }
    public bool? OpenWorldHint { get; init; }
}
