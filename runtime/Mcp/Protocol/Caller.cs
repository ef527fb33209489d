using System.Diagnostics;

namespace Tapedeck.Mcp.Protocol;

/// <summary>What the transport knows of a caller.</summary>
/// <param name="Name">For audit.</param>
/// <param name="Trace">The span that the transport carried, or the default.</param>
internal readonly record struct Caller(string Name, ActivityContext Trace);
