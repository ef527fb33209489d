namespace Tapedeck.Mcp.Protocol;

/// <summary>A page of <c>tools/list</c>.</summary>
/// <param name="Tools">What stands between the brackets of the array.</param>
/// <param name="Last">The last tool's name where another page follows, else null.</param>
internal readonly record struct CataloguePage(ReadOnlyMemory<byte> Tools, string? Last);
